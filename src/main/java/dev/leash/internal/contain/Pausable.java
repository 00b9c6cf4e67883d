package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;

/** A set of processes that the kernel pauses as a whole, with what is forked meanwhile. For one thread at a time. */
public interface Pausable {
    /**
     * Asks the kernel to pause all members; {@link #isPaused} tells when it has. Returns 0 or the negated errno: ESRCH
     * if there is no member.
     */
    int pause(CallState state);

    /** Takes that back. Returns 0 or the negated errno: ESRCH if there is no member. */
    int resume(CallState state);

    /** Whether each member is paused by now: one that is in the kernel goes on to the end of its system call. */
    boolean isPaused(CallState state);
}
