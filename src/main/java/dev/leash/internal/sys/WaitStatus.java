package dev.leash.internal.sys;

/**
 * How a process ended and what it used, as wait4(2) reports it. ru_maxrss is left out on purpose: after a vfork-like
 * spawn it is never below the parent's peak.
 *
 * @param waitStatus the raw status word; negative in {@link #PENDING} and {@link #LOST}
 * @param blocksIn of 512 bytes, as those of {@code blocksOut}
 */
public record WaitStatus(
        int waitStatus,
        long userNanos,
        long systemNanos,
        long minorFaults,
        long majorFaults,
        long voluntarySwitches,
        long involuntarySwitches,
        long blocksIn,
        long blocksOut) {
    /** No status yet: the process is alive. */
    public static final WaitStatus PENDING = new WaitStatus(-1, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The status is lost: other code in this JVM has taken it with a wait for all children. */
    public static final WaitStatus LOST = new WaitStatus(-2, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final int SIGNAL_BITS = 0x7f;
    private static final int CORE_BIT = 0x80;

    /** Whether it is known how the process ended. */
    public boolean known() {
        return waitStatus >= 0;
    }

    /** Whether a signal ended it; otherwise it exited by itself. */
    public boolean signaled() {
        return signal() != 0;
    }

    /** The signal's number, or 0. */
    public int signal() {
        return known() ? waitStatus & SIGNAL_BITS : 0;
    }

    /** The exit code, 0 to 255; defined only if the status is {@link #known} and not {@link #signaled}. */
    public int code() {
        return waitStatus >> 8 & 0xff;
    }

    public boolean coreDumped() {
        return signaled() && (waitStatus & CORE_BIT) != 0;
    }
}
