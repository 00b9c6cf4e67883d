package dev.leash.internal.sys;

import dev.leash.internal.bindings.rusage;
import dev.leash.internal.bindings.siginfo_t;
import dev.leash.internal.bindings.timeval;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Where the wait calls put what they found. For one thread. */
public final class WaitBuffer {
    final MemorySegment status;
    final MemorySegment usage;
    final MemorySegment info;

    public WaitBuffer() {
        Arena arena = Arena.ofAuto();
        status = arena.allocate(ValueLayout.JAVA_INT);
        usage = rusage.allocate(arena);
        info = siginfo_t.allocate(arena);
    }

    /** What the last {@link Processes#reap} that returned a pid found. */
    public Exit exit() {
        return new Exit(
                status.get(ValueLayout.JAVA_INT, 0),
                nanos(rusage.ru_utime(usage)),
                nanos(rusage.ru_stime(usage)),
                rusage.ru_minflt(usage),
                rusage.ru_majflt(usage),
                rusage.ru_nvcsw(usage),
                rusage.ru_nivcsw(usage));
    }

    private static long nanos(MemorySegment time) {
        return timeval.tv_sec(time) * 1_000_000_000L + timeval.tv_usec(time) * 1_000L;
    }
}
