package dev.leash.internal.sys;

import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Call states for threads that need one for a moment. There are as many as threads have needed at the same time. For
 * any thread.
 */
public final class CallStates {
    private static final ConcurrentLinkedDeque<CallState> UNUSED = new ConcurrentLinkedDeque<>();

    private CallStates() {}

    /** One for the calling thread, which has to {@linkplain #giveBack give it back}. */
    public static CallState borrow() {
        CallState unused = UNUSED.pollFirst();
        if (unused == null) {
            unused = CallState.mapped();
        }
        unused.adopt();
        return unused;
    }

    /** The calling thread does not use it any more. */
    public static void giveBack(CallState state) {
        state.release();
        UNUSED.addFirst(state); // the next one finds it warm
    }
}
