package dev.leash.internal.service;

/**
 * When a service is restarted, and how soon. Times are nanoseconds.
 *
 * @param initialNanos the first delay
 * @param longestNanos the longest delay, before jitter
 * @param factor by which each delay is longer than the one before, at least 1
 * @param jitter the share of a delay by which it may be shorter or longer, 0 to 1
 * @param steadyNanos a run that was up for so long makes the delays begin anew
 * @param most so many restarts within the window are allowed; {@link #UNLIMITED} for any number
 */
public record RestartRules(
        Mode mode,
        long initialNanos,
        long longestNanos,
        double factor,
        double jitter,
        long steadyNanos,
        int most,
        long windowNanos) {
    /** No number of restarts is too many. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** After which ends a service is restarted. */
    public enum Mode {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    boolean restartsAfter(boolean success) {
        return switch (mode) {
            case ALWAYS -> true;
            case ON_FAILURE -> !success;
            case NEVER -> false;
        };
    }
}
