package dev.leash.support;

/**
 * Timeouts that come ever closer to the time that a program takes, whatever the machine is doing: a little longer after a
 * timeout, a little shorter after an exit, and by more and more while it stays the same.
 */
public final class DeadlineHunt {
    private static final long LEAST_STEP_NANOS = 20_000;
    private static final long GREATEST_STEP_NANOS = 5_000_000;

    private long nanos;
    private long step = LEAST_STEP_NANOS;
    private boolean lastTimedOut;
    private int timeouts;
    private int exits;

    public DeadlineHunt(long firstNanos) {
        nanos = firstNanos;
    }

    /** What to try next. */
    public long timeoutNanos() {
        return nanos;
    }

    /** What came of it. */
    public void tell(boolean timedOut) {
        if (timedOut) {
            timeouts++;
        } else {
            exits++;
        }
        step = timedOut == lastTimedOut ? Math.min(step * 3 / 2, GREATEST_STEP_NANOS) : LEAST_STEP_NANOS;
        lastTimedOut = timedOut;
        nanos = Math.max(nanos + (timedOut ? step : -step), 1_000_000);
    }

    /** Whether both have been seen often enough for the hunt to mean something. */
    public boolean sawBoth() {
        return timeouts >= 20 && exits >= 20;
    }

    @Override
    public String toString() {
        return timeouts + " timeouts and " + exits + " exits around " + nanos + " ns";
    }
}
