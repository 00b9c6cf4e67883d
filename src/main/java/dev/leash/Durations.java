package dev.leash;

import java.time.Duration;
import java.util.Objects;

/** Durations as the kernel counts them: nanoseconds in a long, where {@link Long#MAX_VALUE} means no limit. */
final class Durations {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Durations() {}

    /** @throws IllegalArgumentException if {@code duration} is zero or negative */
    static long positiveNanos(String name, Duration duration) {
        if (Objects.requireNonNull(duration, name).isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive, not " + duration);
        }
        return saturated(duration);
    }

    /** @throws IllegalArgumentException if {@code duration} is negative */
    static long nanos(String name, Duration duration) {
        if (Objects.requireNonNull(duration, name).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + duration);
        }
        return saturated(duration);
    }

    private static long saturated(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** For display: {@code 2s}, {@code 1m30s}, {@code 0.25s}. */
    static String text(long nanos) {
        return nanos == Long.MAX_VALUE
                ? "ever"
                : Duration.ofNanos(nanos).toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
