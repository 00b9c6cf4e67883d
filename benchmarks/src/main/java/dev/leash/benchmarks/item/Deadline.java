package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.List;

/**
 * How late a deadline is kept: until the child has the signal, by its own clock, and until its death is known to the thread
 * that has run it. Alone, and beside others, which are children of the same library in the same process. The deadline
 * counts from before the start, for all of them.
 */
final class Deadline implements Item {
    private static final String TIMEOUT_MILLIS = "4 ";
    private static final int FLOODING = 50;

    private static final List<Contestant> BUSY =
            List.of(Contestant.FLOOR, Contestant.LEASH, Contestant.JDK, Contestant.NUPROCESS_3);

    @Override
    public void measure(Bench bench) {
        HeldPipe.measure(bench);
        bench.alternate(
                measurement("deadline-signal-idle", "Deadline to signal, alone"),
                Contestant.LIBRARIES,
                "deadline-signal",
                TIMEOUT_MILLIS + bench.child("onterm"));
        bench.alternateForTails(
                measurement("deadline-death-idle", "Deadline to death known, alone"),
                Contestant.ALL,
                "deadline-death",
                TIMEOUT_MILLIS + bench.child("pause"));
        int idle = bench.mode().isSmoke() ? 20 : 1_000;
        beside(bench, "crowd", "beside " + idle + " idle children", "hold " + idle + " " + bench.child("pause"));
        beside(
                bench,
                "flood",
                "beside " + FLOODING + " that flood their pipes",
                "flood " + FLOODING + " " + bench.child("write 0 4096"));
    }

    /** One contestant after the other: each one's crowd would stand in the others' way. */
    private static void beside(Bench bench, String id, String title, String crowd) {
        Measurement signal = measurement("deadline-signal-" + id, "Deadline to signal, " + title);
        Measurement death = measurement("deadline-death-" + id, "Deadline to death known, " + title);
        for (Contestant contestant : BUSY) {
            bench.among(signal, contestant, crowd, () -> {
                bench.alternate(signal, List.of(contestant), "deadline-signal", TIMEOUT_MILLIS + bench.child("onterm"));
                bench.alternate(death, List.of(contestant), "deadline-death", TIMEOUT_MILLIS + bench.child("pause"));
            });
        }
    }

    private static Measurement measurement(String id, String title) {
        return new Measurement("deadline", id, title, MICROSECONDS);
    }
}
