package dev.leash.internal.sys;

/**
 * How a process ended and what it used, as wait4(2) tells it. ru_maxrss is left out on purpose: after a vfork-like spawn
 * it is never below the parent's own peak.
 *
 * @param waitStatus the raw status word
 */
public record Exit(
        int waitStatus,
        long userNanos,
        long systemNanos,
        long minorFaults,
        long majorFaults,
        long voluntarySwitches,
        long involuntarySwitches) {
    private static final int SIGNAL_BITS = 0x7f;
    private static final int CORE_BIT = 0x80;

    /** Whether a signal ended it; otherwise it exited by itself. */
    public boolean signaled() {
        return signal() != 0;
    }

    /** The signal's number, or 0. */
    public int signal() {
        return waitStatus & SIGNAL_BITS;
    }

    /** 0 to 255; of meaning only if it was not {@link #signaled}. */
    public int code() {
        return waitStatus >> 8 & 0xff;
    }

    public boolean coreDumped() {
        return signaled() && (waitStatus & CORE_BIT) != 0;
    }
}
