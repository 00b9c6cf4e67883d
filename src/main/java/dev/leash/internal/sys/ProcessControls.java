package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.rlimit;
import java.lang.foreign.Arena;

/**
 * The resource limits, processors and priority of a process: prlimit(2), sched_setaffinity(2), setpriority(2); and
 * the umask(2) of a thread. Each returns 0 or the negated errno.
 */
public final class ProcessControls {
    public static final int SCHED_OTHER = Libc.SCHED_OTHER();
    public static final int SCHED_BATCH = Libc.SCHED_BATCH();
    public static final int SCHED_IDLE = Libc.SCHED_IDLE();
    public static final int SCHED_FIFO = Libc.SCHED_FIFO();
    public static final int SCHED_RR = Libc.SCHED_RR();

    private static final long PRIORITY_OFFSET = 20;

    /** For {@link #setLimit}: no limit. */
    public static final long UNLIMITED = -1;

    private static final CFunction PRLIMIT = CFunction.of(Libc.prlimit$address(), Libc.prlimit$descriptor());
    private static final CFunction SETPRIORITY =
            CFunction.of(Libc.setpriority$address(), Libc.setpriority$descriptor());
    private static final CFunction AFFINITY =
            CFunction.of(Libc.sched_setaffinity$address(), Libc.sched_setaffinity$descriptor());
    private static final CFunction UNSHARE = CFunction.of(Libc.unshare$address(), Libc.unshare$descriptor());
    private static final CFunction UMASK = CFunction.of(Libc.umask$address(), Libc.umask$descriptor());

    private ProcessControls() {}

    /**
     * Sets a resource limit.
     *
     * @param resource one of {@link Resources}
     */
    public static int setLimit(CallState state, int pid, int resource, long soft, long hard) {
        try (Arena scratch = Arena.ofConfined()) {
            Struct limit = Struct.of(scratch, rlimit.layout());
            limit.setLong(rlimit.rlim_cur$offset(), soft);
            limit.setLong(rlimit.rlim_max$offset(), hard);
            return PRLIMIT.call(state, pid, resource, limit.address(), 0);
        }
    }

    /**
     * As prlimit(2) does.
     *
     * @param pid 0 for this process
     * @param limit the address of the new limit, or 0
     * @param old the address for the limit before, or 0
     */
    static int exchangeLimit(CallState state, int pid, int resource, long limit, long old) {
        return PRLIMIT.call(state, pid, resource, limit, old);
    }

    /** The soft limit of this process for a resource; {@link #UNLIMITED}, or the negated errno. */
    public static long softLimit(CallState state, int resource) {
        try (Arena scratch = Arena.ofConfined()) {
            Struct limit = Struct.of(scratch, rlimit.layout());
            int asked = PRLIMIT.call(state, 0, resource, 0, limit.address());
            return asked < 0 ? asked : limit.getLong(rlimit.rlim_cur$offset());
        }
    }

    /**
     * Sets the niceness.
     *
     * @param niceness -20, the most favoured, to 19
     */
    public static int setNiceness(CallState state, int pid, int niceness) {
        return SETPRIORITY.call(state, Libc.PRIO_PROCESS(), pid, niceness);
    }

    /**
     * Sets the scheduling policy, and keeps the niceness, by sched_setattr(2): musl refuses sched_setscheduler(2).
     *
     * @param policy one of the above
     * @param priority of a real-time policy, from 1; else 0
     */
    public static int setScheduling(CallState state, int pid, int policy, int priority) {
        CFunction syscall = CFunction.variadic(Libc.syscall.address());
        try (Arena scratch = Arena.ofConfined()) {
            Struct attributes = Struct.ofBytes(scratch, ThreadTuning.ATTRIBUTES_BYTES);
            attributes.setInt(0, (int) ThreadTuning.ATTRIBUTES_BYTES);
            attributes.setInt(ThreadTuning.POLICY_OFFSET, policy);
            attributes.setInt(ThreadTuning.NICE_OFFSET, ThreadTuning.niceness(state, pid));
            attributes.setInt(PRIORITY_OFFSET, priority);
            return (int) syscall.callLong(state, ThreadTuning.SCHED_SETATTR, pid, attributes.address(), 0);
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
            // As wide as the numbers need: the kernel ignores bits beyond its own width.
            long size = (highest / Long.SIZE + 1L) * Long.BYTES;
            Struct mask = Struct.ofBytes(scratch, size);
            for (int cpu : cpus) {
                long word = (long) cpu / Long.SIZE * Long.BYTES;
                mask.setLong(word, mask.getLong(word) | 1L << (cpu % Long.SIZE));
            }
            return AFFINITY.call(state, pid, size, mask.address());
        }
    }

    /**
     * Gives the calling thread a umask and a current directory of its own, which otherwise the whole process shares;
     * see unshare(2). This cannot be undone.
     */
    public static int detachUmask(CallState state) {
        return UNSHARE.call(state, Libc.CLONE_FS());
    }

    /** Sets the umask and returns what it was before. Only on a thread that has {@linkplain #detachUmask its own}. */
    public static int setUmask(int mask) {
        return UMASK.call(CallState.UNREAD, mask);
    }
}
