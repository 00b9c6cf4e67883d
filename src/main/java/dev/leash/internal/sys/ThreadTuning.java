package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/** prctl(2) on the calling thread. */
public final class ThreadTuning {
    private ThreadTuning() {}

    /** Timers of the calling thread fire when they are due; by default the kernel may put them off by 50 µs. */
    public static void preciseTimers(CallState state) {
        CFunction prctl = CFunction.variadic(Libc.prctl.address());
        // A refusal costs precision only.
        int ignored = prctl.call(state, Libc.PR_SET_TIMERSLACK(), 1L);
    }
}
