package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.NANOSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import dev.leash.benchmarks.jmh.KillNobody;
import java.util.List;
import org.openjdk.jmh.results.RunResult;

/** What a call costs by itself: {@code kill(pid, 0)} through the linker, by each of its ways, and in C. */
final class Bindings implements Item {
    private static final double PICOSECONDS = 1_000;

    @Override
    public void measure(Bench bench) throws Exception {
        for (KillNobody.Way way : KillNobody.Way.values()) {
            Measurement call =
                    new Measurement("bindings", "binding-" + way.id(), "kill(pid, 0), " + way.title(), NANOSECONDS);
            // Before and after: it is one machine, but two moments.
            floor(bench, call);
            List<RunResult> results = bench.jmh(KillNobody.class, options -> options.param("way", way.name()));
            results.forEach(result ->
                    call.add(Contestant.LEASH, result.getPrimaryResult().getScore()));
            floor(bench, call);
        }
    }

    private static void floor(Bench bench, Measurement call) {
        bench.alternate(call, List.of(Contestant.FLOOR), "binding", "", picos -> picos / PICOSECONDS);
    }
}
