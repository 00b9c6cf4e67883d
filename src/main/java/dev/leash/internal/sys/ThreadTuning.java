package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;

/** sched_setattr(2) on the calling thread. A refusal costs only precision. */
public final class ThreadTuning {
    /** What the kernel accepts, see sched_setattr(2). */
    private static final long SHORTEST_NANOS = 100_000;

    private static final long LONGEST_NANOS = 100_000_000;

    static final long ATTRIBUTES_BYTES = 48;
    static final long POLICY_OFFSET = 4;
    private static final long FLAGS_OFFSET = 8;
    static final long NICE_OFFSET = 16;
    private static final long RUNTIME_OFFSET = 24;

    private static final boolean IS_X86 = "amd64".equals(System.getProperty("os.arch"));

    /** The bindings were made on x86-64, where this call has a different number than on later architectures. */
    static final long SCHED_SETATTR = IS_X86 ? Libc.SYS_sched_setattr() : 274;

    /** As for that one. Musl's function of this name refuses. */
    private static final long SCHED_GETSCHEDULER = IS_X86 ? Libc.SYS_sched_getscheduler() : 120;

    private ThreadTuning() {}

    /**
     * Asks for short time slices: if other threads compete for the processor, the calling thread then gets it sooner
     * after it is woken, but not more of it. Needs Linux 6.12; without effect before.
     */
    public static void shortSlices(CallState state) {
        slices(state, SHORTEST_NANOS, niceness(state, 0));
    }

    /**
     * Asks for long time slices: the calling thread then waits for a thread that has the processor, as that of a
     * program that it has just started. The kernel wakes the parent in the middle of exec, and usually on the same
     * processor. Needs Linux 6.12; without effect before, and where the niceness is negative: the program would have
     * none, or the slices, too.
     */
    public static void longSlices(CallState state) {
        int niceness = niceness(state, 0);
        if (niceness >= 0) {
            slices(state, LONGEST_NANOS, niceness);
        }
    }

    /** @param pid 0 for the calling thread */
    static int niceness(CallState state, int pid) {
        return CFunction.of(Libc.getpriority$address(), Libc.getpriority$descriptor())
                .callPlain(state, Libc.PRIO_PROCESS(), pid);
    }

    /** What the thread starts, threads or programs, gets ordinary slices. */
    private static void slices(CallState state, long nanos, int niceness) {
        CFunction syscall = CFunction.variadic(Libc.syscall.address());
        int policy = (int) syscall.callLong(state, SCHED_GETSCHEDULER, 0, 0, 0);
        if (policy != Libc.SCHED_OTHER() && policy != Libc.SCHED_BATCH()) {
            return; // the others have no slices, or would be refused
        }
        try (Arena scratch = Arena.ofConfined()) {
            Struct attributes = Struct.ofBytes(scratch, ATTRIBUTES_BYTES);
            attributes.setInt(0, (int) ATTRIBUTES_BYTES);
            attributes.setInt(POLICY_OFFSET, policy); // the call sets it, and the niceness, too
            attributes.setLong(FLAGS_OFFSET, Libc.SCHED_FLAG_RESET_ON_FORK());
            attributes.setInt(NICE_OFFSET, niceness);
            attributes.setLong(RUNTIME_OFFSET, nanos);
            // If the kernel refuses, the thread stays as it was.
            long ignored = syscall.callLong(state, SCHED_SETATTR, 0, attributes.address(), 0);
        }
    }
}
