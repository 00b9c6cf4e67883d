package dev.leash.bench;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.StandardDeviation;

/** What can be said of some measured values. Immutable. */
public final class Summary {
    /** How many times the middle half's width beyond it: Tukey's "far out". */
    private static final double FAR_OUT = 3;

    private final double[] sorted;

    private Summary(double[] sorted) {
        this.sorted = sorted;
    }

    /**
     * Of these values, in any order.
     *
     * @throws IllegalArgumentException if there are none, or if one is not a number
     */
    public static Summary of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        if (Double.isNaN(sorted[sorted.length - 1])) { // they are sorted to the end
            throw new IllegalArgumentException("a value is not a number");
        }
        return new Summary(sorted);
    }

    /** How many values there are. */
    public int count() {
        return sorted.length;
    }

    /** The value in the middle; the mean of two if their number is even. */
    public double median() {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The arithmetic mean. */
    public double mean() {
        return Mean.of(sorted).getAsDouble();
    }

    /** The standard deviation of the population that the values are a sample of (n - 1); NaN for a single value. */
    public double standardDeviation() {
        return sorted.length < 2 ? Double.NaN : StandardDeviation.of(sorted).getAsDouble();
    }

    /** The least value. */
    public double min() {
        return sorted[0];
    }

    /** The greatest value. */
    public double max() {
        return sorted[sorted.length - 1];
    }

    /**
     * The value that a part {@code p} of them does not exceed, by the median-unbiased estimate (Hyndman and Fan's
     * eighth).
     *
     * @throws IllegalArgumentException if {@code p} is not from 0 to 1
     */
    public double quantile(double p) {
        // Of values in their order. Given the array, it would look for the places itself, and put others elsewhere.
        return Quantile.withDefaults().evaluate(sorted.length, at -> sorted[at], p);
    }

    /**
     * How many values are far from the rest: by more than three times the width of the middle half below or above it. They
     * are part of everything else here: something has disturbed these runs, or the program does so by itself.
     */
    public int outliers() {
        double low = quantile(0.25);
        double high = quantile(0.75);
        double far = FAR_OUT * (high - low);
        int count = 0;
        for (double value : sorted) {
            count += value < low - far || value > high + far ? 1 : 0;
        }
        return count;
    }
}
