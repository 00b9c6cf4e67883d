package dev.leash;

import java.time.Duration;
import java.util.List;

/**
 * A histogram of durations, in classes of which each reaches twice as far as the one before. Immutable.
 *
 * @param buckets by duration, the shortest first; empty ones are included
 * @param total the sum of all durations
 * @param max the longest duration
 */
public record Histogram(List<Bucket> buckets, Duration total, Duration max) {
    /** Keeps a copy of the list. */
    public Histogram {
        buckets = List.copyOf(buckets);
    }

    /**
     * One class.
     *
     * @param below the exclusive upper bound; the bound of the class before is the inclusive lower one. The last
     *     one's is the longest {@link Duration} of nanoseconds
     * @param count how often
     */
    public record Bucket(Duration below, long count) {}

    /** How many durations were counted. */
    public long count() {
        return buckets.stream().mapToLong(Bucket::count).sum();
    }

    /**
     * A duration that the fraction {@code q} of all durations did not exceed: the bound of a class, and so up to
     * twice too long, but never longer than {@link #max}. Zero if there were none.
     *
     * @param q from 0 to 1, such as 0.99
     * @throws IllegalArgumentException if it is out of that range
     */
    public Duration quantile(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("a quantile is from 0 to 1, not " + q);
        }
        long count = count();
        if (count == 0) {
            return Duration.ZERO;
        }
        double wanted = q * count;
        long seen = 0;
        for (Bucket bucket : buckets) {
            seen += bucket.count();
            if (seen > 0 && seen >= wanted) {
                return bucket.below().compareTo(max) < 0 ? bucket.below() : max;
            }
        }
        return max;
    }
}
