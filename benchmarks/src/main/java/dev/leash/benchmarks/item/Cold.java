package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a JVM does for the first times: a kill or a deadline is rare in a service, so nothing has compiled its path. Each
 * sample is of one fresh JVM, which makes its supervisor and then does the work again and again. The start of the JVM and that
 * of the supervisor are not measured, and nothing is warmed up. The first work comes at once, beside whatever the JVM and
 * the library still do in the background; or, as in a service, after a pause.
 */
final class Cold implements Item {
    private static final List<Contestant> CONTESTANTS = List.of(Contestant.FLOOR, Contestant.LEASH, Contestant.JDK);
    private static final int PAUSE_MILLIS = 1_000;

    @Override
    public void measure(Bench bench) {
        String run = "roundtrip 0 " + bench.noop();
        String kill = "kill-thread 0 " + bench.child("pause");
        String deadline = "deadline-death 0 4 " + bench.child("pause");
        // So late that the first start, which is slow, is over by then.
        String firstDeadline = "deadline-death 0 250 " + bench.child("pause");

        bench.fresh(measurements("run", "round trip of a static no-op", 1, 10, 100), CONTESTANTS, 0, run, run);
        String toDeath = "kill to death known";
        bench.fresh(measurements("kill", toDeath, 1, 10, 100), CONTESTANTS, 0, kill, kill);
        bench.fresh(measurements("kill-later", toDeath, 1, 10), CONTESTANTS, PAUSE_MILLIS, kill, kill);
        toDeath = "deadline to death known";
        bench.fresh(measurements("deadline", toDeath, 1, 10, 100), CONTESTANTS, 0, firstDeadline, deadline);
        bench.fresh(measurements("deadline-later", toDeath, 1, 10), CONTESTANTS, PAUSE_MILLIS, firstDeadline, deadline);
    }

    private static SortedMap<Integer, Measurement> measurements(String id, String work, int... numbers) {
        String when = id.endsWith("-later") ? ", %,d ms old".formatted(PAUSE_MILLIS) : "";
        SortedMap<Integer, Measurement> measurements = new TreeMap<>();
        for (int number : numbers) {
            String ordinal = number == 1 ? "first " : number + "th ";
            String title = "Fresh JVM" + when + ": its " + ordinal + work;
            measurements.put(number, new Measurement("cold", "cold-" + id + "-" + number, title, MICROSECONDS));
        }
        return measurements;
    }
}
