package dev.leash.benchmarks.jmh;

import dev.leash.benchmarks.contender.Contender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One round trip, for the profiler to count what it allocates on all threads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RunAllocation {
    @Param("leash")
    public String contender;

    @Param("/bin/true")
    public String program;

    private Contender working;

    @Setup
    public void begin() throws Exception {
        working = Contender.of(contender);
    }

    @TearDown
    public void end() {
        working.close();
    }

    @Benchmark
    public void run() throws Exception {
        working.roundTrip(List.of(program));
    }
}
