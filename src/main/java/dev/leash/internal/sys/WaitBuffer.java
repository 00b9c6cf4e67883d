package dev.leash.internal.sys;

import dev.leash.internal.bindings.rusage;
import dev.leash.internal.bindings.siginfo_t;
import dev.leash.internal.bindings.timeval;
import java.lang.foreign.SegmentAllocator;

/** Where the wait calls store their results. Part of a {@link CallState}, and used by its thread only. */
public final class WaitBuffer {
    /** The struct of musl has the same members in the same places, and then room that nothing uses yet. */
    public static final long MUSL_RUSAGE_BYTES = 272;

    final Struct status;
    final Struct usage;
    final Struct info;

    WaitBuffer(SegmentAllocator memory) {
        status = Struct.ofBytes(memory, Integer.BYTES);
        usage = Struct.ofBytes(memory, Math.max(MUSL_RUSAGE_BYTES, rusage.sizeof()));
        info = Struct.of(memory, siginfo_t.layout());
    }

    /** The status from the last {@link Processes#reap} that returned a pid. */
    public WaitStatus exit() {
        return new WaitStatus(
                status.getInt(0),
                nanos(rusage.ru_utime$offset()),
                nanos(rusage.ru_stime$offset()),
                usage.getLong(rusage.ru_minflt$offset()),
                usage.getLong(rusage.ru_majflt$offset()),
                usage.getLong(rusage.ru_nvcsw$offset()),
                usage.getLong(rusage.ru_nivcsw$offset()),
                usage.getLong(rusage.ru_inblock$offset()),
                usage.getLong(rusage.ru_oublock$offset()));
    }

    private long nanos(long time) {
        return usage.getLong(time + timeval.tv_sec$offset()) * 1_000_000_000L
                + usage.getLong(time + timeval.tv_usec$offset()) * 1_000L;
    }

    /**
     * Clears it before a waitid(2), which succeeds even if no child has changed state and then leaves the old
     * content.
     */
    void clearInfo() {
        info.setInt(siginfo_t.si_signo$offset(), 0);
    }

    boolean hasInfo() {
        return info.getInt(siginfo_t.si_signo$offset()) != 0;
    }

    /** The pid of the child that waitid(2) has reported. */
    int reportedPid() {
        return info.getInt(siginfo_t._sifields$offset()
                + siginfo_t._sifields._sigchld$offset()
                + siginfo_t._sifields._sigchld.si_pid$offset());
    }

    /** The exit code or the signal. */
    int reportedStatus() {
        return info.getInt(siginfo_t._sifields$offset()
                + siginfo_t._sifields._sigchld$offset()
                + siginfo_t._sifields._sigchld.si_status$offset());
    }
}
