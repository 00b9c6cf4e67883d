package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** prctl(2) on the calling thread. */
public final class ThreadTuning {
    private ThreadTuning() {}

    /** Timers of the calling thread fire when they are due; by default the kernel may put them off by 50 µs. */
    public static void preciseTimers(CallState state) {
        MethodHandle prctl = Downcall.variadicWithErrno(
                Libc.prctl.address(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                1);
        try {
            // A refusal costs precision only.
            int ignored = (int) prctl.invokeExact(state.segment, Libc.PR_SET_TIMERSLACK(), 1L);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }
}
