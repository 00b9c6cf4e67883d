package dev.leash.bench;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * How the values of one variant compare to those of another, the reference. Immutable.
 *
 * @param ratio of the medians: 1.1 means that the median is 10 % more than the reference's. Not a number if both are 0
 * @param interval where the true ratio is with a confidence of 95 %; empty with fewer than six values on a side, with
 *     which no interval can promise that, and where medians are 0
 * @param pValue how likely a difference such as this one, or a greater one, is if there is none: by the test of Mann
 *     and Whitney, which asks whether the values of one tend to be greater than those of the other, and does not care how
 *     they are distributed
 */
public record Comparison(double ratio, Optional<Interval> interval, double pValue) {
    /** Below 0.05 there is a difference: among a hundred pairs that are the same, about five seem to differ. */
    public static final double ALPHA = 0.05;

    /** The confidence of the interval. */
    public static final double CONFIDENCE = 0.95;

    /**
     * With fewer values there is no interval: of five, the true median is outside of all with a likelihood of more than
     * 5 %, 2 * 0.5^5.
     */
    public static final int LEAST = 6;

    /**
     * From {@code low} to {@code high}.
     *
     * @param low the lower end
     * @param high the upper end
     */
    public record Interval(double low, double high) {
        /** Whether {@code value} is in it. */
        public boolean contains(double value) {
            return low <= value && value <= high;
        }
    }

    /**
     * Compares values that were measured at different times, or not in pairs.
     *
     * @param reference at least one
     * @param values at least one
     * @param seed for the resampling that the interval is from: the same gives the same interval
     */
    public static Comparison of(double[] reference, double[] values, long seed) {
        return of(reference, values, seed, false);
    }

    /**
     * Compares values of which those with the same index were measured in the same round: what has disturbed both, such as
     * other load that comes and goes, widens the interval less.
     *
     * @throws IllegalArgumentException if there are not as many of one as of the other
     */
    public static Comparison paired(double[] reference, double[] values, long seed) {
        if (reference.length != values.length) {
            throw new IllegalArgumentException(reference.length + " and " + values.length + " values are no pairs");
        }
        return of(reference, values, seed, true);
    }

    private static Comparison of(double[] reference, double[] values, long seed, boolean paired) {
        double ratio = Summary.of(values).median() / Summary.of(reference).median();
        boolean enough = Math.min(reference.length, values.length) >= LEAST && Double.isFinite(ratio) && ratio > 0;
        return new Comparison(
                ratio,
                enough ? Bootstrap.ratioOfMedians(reference, values, seed, paired) : Optional.empty(),
                pValue(reference, values));
    }

    static double pValue(double[] reference, double[] values) {
        // Of values that are all the same the ranks have no variance, which the test divides by.
        double first = reference[0];
        if (Arrays.stream(reference).allMatch(value -> value == first)
                && Arrays.stream(values).allMatch(value -> value == first)) {
            return 1;
        }
        return MannWhitneyUTest.withDefaults().test(values, reference).getPValue();
    }

    /** Whether there is a difference at all: {@link #pValue} is below {@link #ALPHA}. */
    public boolean differs() {
        return pValue < ALPHA;
    }
}
