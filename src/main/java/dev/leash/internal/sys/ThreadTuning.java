package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;

/** sched_setattr(2) on the calling thread. A refusal costs only precision. */
public final class ThreadTuning {
    /** The shortest slice that the kernel accepts, see sched_setattr(2). */
    private static final long SLICE_NANOS = 100_000;

    static final long ATTRIBUTES_BYTES = 48;
    private static final long FLAGS_OFFSET = 8;
    static final long NICE_OFFSET = 16;
    private static final long RUNTIME_OFFSET = 24;

    /** The bindings were made on x86-64, where this call has a different number than on later architectures. */
    static final long SCHED_SETATTR = "amd64".equals(System.getProperty("os.arch")) ? Libc.SYS_sched_setattr() : 274;

    private ThreadTuning() {}

    /**
     * Asks for short time slices: if other threads compete for the processor, the calling thread then gets it sooner
     * after it is woken, but not more of it. Needs Linux 6.12; without effect before.
     */
    public static void shortSlices(CallState state) {
        CFunction getpriority = CFunction.of(Libc.getpriority$address(), Libc.getpriority$descriptor());
        CFunction syscall = CFunction.variadic(Libc.syscall.address());
        try (Arena scratch = Arena.ofConfined()) {
            Struct attributes = Struct.ofBytes(scratch, ATTRIBUTES_BYTES);
            attributes.setInt(0, (int) ATTRIBUTES_BYTES);
            attributes.setLong(FLAGS_OFFSET, Libc.SCHED_FLAG_RESET_ON_FORK());
            // The policy, 0, is that of ordinary threads. The call also sets the niceness, so it gets the current
            // one.
            attributes.setInt(NICE_OFFSET, getpriority.callPlain(state, Libc.PRIO_PROCESS(), 0));
            attributes.setLong(RUNTIME_OFFSET, SLICE_NANOS);
            // If the kernel refuses, the thread stays as it was.
            long ignored = syscall.callLong(state, SCHED_SETATTR, 0, attributes.address(), 0);
        }
    }
}
