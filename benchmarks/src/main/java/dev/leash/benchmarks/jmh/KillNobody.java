package dev.leash.benchmarks.jmh;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Processes;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.Linker.Option;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The cheapest call that can fail: a signal that is none, to this process. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KillNobody {
    /** How it is linked. */
    public enum Way {
        LEASH("as-leash", "as Leash calls it: errno captured"),
        PLAIN("plain", "no errno"),
        CRITICAL("critical", "critical, no errno"),
        CRITICAL_ERRNO("critical-errno", "critical, errno captured");

        private final String id;
        private final String title;

        Way(String id, String title) {
            this.id = id;
            this.title = title;
        }

        public String id() {
            return id;
        }

        public String title() {
            return title;
        }
    }

    private static final MethodHandle PLAIN = link();
    private static final MethodHandle CRITICAL = link(Option.critical(false));
    private static final MethodHandle CRITICAL_ERRNO = link(Option.critical(false), Option.captureCallState("errno"));
    private static final int SELF = (int) ProcessHandle.current().pid();

    @Param("LEASH")
    public Way way;

    private final CallState state = CallState.create();
    private final MemorySegment errno = Arena.ofAuto().allocate(Option.captureStateLayout());

    private static MethodHandle link(Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("kill").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                options);
    }

    @Benchmark
    public int kill() throws Throwable {
        return switch (way) {
            case LEASH -> Processes.kill(state, SELF, 0);
            case PLAIN -> (int) PLAIN.invokeExact(SELF, 0);
            case CRITICAL -> (int) CRITICAL.invokeExact(SELF, 0);
            case CRITICAL_ERRNO -> (int) CRITICAL_ERRNO.invokeExact(errno, SELF, 0);
        };
    }
}
