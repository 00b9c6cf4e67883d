package dev.leash.cli.up;

import dev.leash.Signal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a service is started again. What is null was not given.
 *
 * @param most how many restarts there may be; {@link #UNLIMITED}
 * @param withinNanos in this time
 */
public record RestartRule(
        When when,
        @Nullable Set<Integer> codes,
        @Nullable Set<Signal> signals,
        @Nullable Long initialNanos,
        @Nullable Long longestNanos,
        @Nullable Double factor,
        @Nullable Double jitter,
        @Nullable Long steadyNanos,
        @Nullable Integer most,
        @Nullable Long withinNanos) {
    public static final int UNLIMITED = -1;

    /** The library's own first and longest delay, if none are given. */
    public static final long USUAL_INITIAL_NANOS = 100_000_000L;

    public static final long USUAL_LONGEST_NANOS = 30_000_000_000L;

    /** By what each delay is longer than that before. */
    public static final double USUAL_FACTOR = 2;

    /** So many restarts there may be. */
    public static final int USUAL_RESTARTS = 10;

    /** In this time. */
    public static final long USUAL_WINDOW_NANOS = 300_000_000_000L;

    static final RestartRule USUAL =
            new RestartRule(When.ON_FAILURE, null, null, null, null, null, null, null, null, null);

    /** After which ends. */
    public enum When {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }
}
