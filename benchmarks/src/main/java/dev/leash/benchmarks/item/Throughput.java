package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.RUNS_A_SECOND;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.List;

/** Round trips in a second, by how many callers there are. The floor's callers are threads of the system in either case. */
final class Throughput implements Item {
    private static final int[] CALLERS = {1, 2, 4, 8};
    private static final List<Contestant> VIRTUAL = List.of(Contestant.FLOOR, Contestant.LEASH, Contestant.JDK);

    @Override
    public void measure(Bench bench) {
        for (int callers : CALLERS) {
            measure(bench, callers, "platform", Contestant.LIBRARIES);
        }
        for (int callers : CALLERS) {
            measure(bench, callers, "virtual", VIRTUAL);
        }
    }

    private static void measure(Bench bench, int callers, String kind, List<Contestant> contestants) {
        Measurement rate = new Measurement(
                "throughput",
                "throughput-" + kind + "-" + callers,
                "Runs a second, %d %s thread%s".formatted(callers, kind, callers == 1 ? "" : "s"),
                RUNS_A_SECOND);
        bench.alternateRuns(rate, contestants, "throughput " + callers + " " + kind, bench.noop());
    }
}
