package dev.leash;

import java.time.Duration;
import java.util.List;

/**
 * How often something took how long, in classes of which each reaches twice as far as the one before. Immutable.
 *
 * @param buckets by length, the shortest first; also those that are empty
 * @param total how long all of them took together
 * @param max how long the longest took
 */
public record Histogram(List<Bucket> buckets, Duration total, Duration max) {
    /** Keeps a copy of the list. */
    public Histogram {
        buckets = List.copyOf(buckets);
    }

    /**
     * One class.
     *
     * @param below what took less than this, and not less than the bound of the class before; the last one's is as long as
     *     a {@link Duration} of nanoseconds can be
     * @param count how often
     */
    public record Bucket(Duration below, long count) {}

    /** How many were counted. */
    public long count() {
        return buckets.stream().mapToLong(Bucket::count).sum();
    }

    /**
     * A duration that the fraction {@code q} of all of them did not exceed: the bound of a class, and so up to twice too
     * long, but never longer than {@link #max}. Zero if there were none.
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
