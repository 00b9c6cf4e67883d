package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.rlimit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What a process may use, where it runs, and how the scheduler favours it: prlimit(2), setpriority(2),
 * sched_setaffinity(2); and the umask(2) of a thread. Each returns 0 or the negated errno.
 */
public final class ProcessControls {
    /** For {@link #setLimit}: no limit. */
    public static final long UNLIMITED = -1;

    private static final MethodHandle PRLIMIT = Downcall.withErrno(Libc.prlimit$address(), Libc.prlimit$descriptor());
    private static final MethodHandle SETPRIORITY =
            Downcall.withErrno(Libc.setpriority$address(), Libc.setpriority$descriptor());
    private static final MethodHandle AFFINITY =
            Downcall.withErrno(Libc.sched_setaffinity$address(), Libc.sched_setaffinity$descriptor());
    private static final MethodHandle UNSHARE = Downcall.withErrno(Libc.unshare$address(), Libc.unshare$descriptor());
    private static final MethodHandle UMASK = Downcall.plain(Libc.umask$address(), Libc.umask$descriptor());

    private ProcessControls() {}

    /**
     * Sets a resource limit.
     *
     * @param resource one of {@link Resources}
     */
    public static int setLimit(CallState state, int pid, int resource, long soft, long hard) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment limit = rlimit.allocate(scratch);
            rlimit.rlim_cur(limit, soft);
            rlimit.rlim_max(limit, hard);
            return state.outcome((int) PRLIMIT.invokeExact(state.segment, pid, resource, limit, MemorySegment.NULL));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /**
     * Sets the niceness.
     *
     * @param niceness -20, the most favoured, to 19
     */
    public static int setNiceness(CallState state, int pid, int niceness) {
        try {
            return state.outcome((int) SETPRIORITY.invokeExact(state.segment, Libc.PRIO_PROCESS(), pid, niceness));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /**
     * Binds the process to processors.
     *
     * @param cpus their numbers, none of them negative
     */
    public static int setAffinity(CallState state, int pid, int[] cpus) {
        int highest = 0;
        for (int cpu : cpus) {
            highest = Math.max(highest, cpu);
        }
        try (Arena scratch = Arena.ofConfined()) {
            // As wide as need be: the kernel ignores what is beyond its own width.
            MemorySegment mask = scratch.allocate((highest / Long.SIZE + 1L) * Long.BYTES, Long.BYTES);
            for (int cpu : cpus) {
                long word = mask.getAtIndex(ValueLayout.JAVA_LONG, cpu / Long.SIZE);
                mask.setAtIndex(ValueLayout.JAVA_LONG, cpu / Long.SIZE, word | 1L << (cpu % Long.SIZE));
            }
            return state.outcome((int) AFFINITY.invokeExact(state.segment, pid, mask.byteSize(), mask));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /**
     * Gives the calling thread a umask and a current directory of its own, which otherwise are those of the whole process;
     * see unshare(2). There is no way back.
     */
    public static int detachUmask(CallState state) {
        try {
            return state.outcome((int) UNSHARE.invokeExact(state.segment, Libc.CLONE_FS()));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Sets the umask and returns what it was before. Only on a thread that has {@linkplain #detachUmask its own}. */
    public static int setUmask(int mask) {
        try {
            return (int) UMASK.invokeExact(mask);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }
}
