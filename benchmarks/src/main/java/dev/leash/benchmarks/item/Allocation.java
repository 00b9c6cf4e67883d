package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.BYTES;
import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import dev.leash.benchmarks.jmh.RunAllocation;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;

/** What one run costs the process that asks for it: bytes on the heap, by JMH's profiler, and CPU time of all threads. */
final class Allocation implements Item {
    private static final List<Contestant> CONTESTANTS = List.of(
            Contestant.LEASH, Contestant.JDK, Contestant.NUPROCESS_3, Contestant.ZT_EXEC, Contestant.COMMONS_EXEC);

    @Override
    public void measure(Bench bench) throws Exception {
        bench.alternate(
                new Measurement("allocation", "cpu", "CPU time of the parent for each run", MICROSECONDS),
                Contestant.LIBRARIES,
                "cpu",
                bench.noop());
        Measurement bytes = new Measurement("allocation", "allocation", "Heap allocated for each run", BYTES);
        bench.add(bytes);
        for (Contestant contestant : CONTESTANTS) {
            List<RunResult> results = bench.jmh(RunAllocation.class, options -> options.addProfiler(GCProfiler.class)
                    .param("contender", contestant.id())
                    .param("program", bench.noop()));
            for (RunResult result : results) {
                bytes.add(
                        contestant,
                        result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
            }
        }
    }
}
