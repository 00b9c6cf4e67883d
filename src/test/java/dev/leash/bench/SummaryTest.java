package dev.leash.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By values that were worked out by hand, the quantiles as Hyndman and Fan define their eighth. */
@Timeout(60)
class SummaryTest {
    private static final double[] SOME = {2, 4, 4, 4, 5, 5, 7, 9};

    @Test
    void knownValues() {
        Summary summary = Summary.of(SOME);
        assertEquals(8, summary.count());
        assertEquals(4.5, summary.median());
        assertEquals(5, summary.mean());
        assertEquals(2.138090, summary.standardDeviation(), 1e-6);
        assertEquals(2, summary.min());
        assertEquals(9, summary.max());
        assertEquals(4, summary.quantile(0.25), 1e-12);
        // (n + 1/3) p + 1/3 = 6.5833: between the sixth, 5, and the seventh, 7.
        assertEquals(6.166667, summary.quantile(0.75), 1e-6);
        assertEquals(2, summary.quantile(0));
        assertEquals(9, summary.quantile(1));
    }

    @Test
    void orderDoesNotMatterAndTheArrayStaysAsItWas() {
        double[] values = {9, 2, 7, 4, 5, 4, 5, 4};
        assertEquals(4.5, Summary.of(values).median());
        assertEquals(9, values[0]);
    }

    @Test
    void whatIsAskedFirstChangesNothing() {
        double[] values = new SplittableRandom(1).doubles(20_000).toArray();
        double least = Arrays.stream(values).min().orElseThrow();
        double greatest = Arrays.stream(values).max().orElseThrow();
        Summary summary = Summary.of(values);
        double low = summary.quantile(0.25);
        double median = summary.median();
        double high = summary.quantile(0.75);
        assertEquals(least, summary.min());
        assertEquals(greatest, summary.max());
        assertEquals(low, summary.quantile(0.25));
        assertEquals(median, summary.quantile(0.5), 1e-12);
        assertEquals(high, summary.quantile(0.75));
        assertEquals(0, summary.outliers());
        assertEquals(least, summary.quantile(0));
    }

    @Test
    void oneValueHasNoSpread() {
        Summary summary = Summary.of(3);
        assertEquals(3, summary.median());
        assertEquals(3, summary.quantile(0.9));
        assertTrue(Double.isNaN(summary.standardDeviation()));
        assertEquals(0, summary.outliers());
    }

    @Test
    void outliersAreCountedAndKept() {
        double[] values = {10, 11, 10, 12, 11, 10, 11, 12, 10, 40, 1};
        Summary summary = Summary.of(values);
        assertEquals(2, summary.outliers(), "one below, one above");
        assertEquals(40, summary.max());
        assertEquals(0, Summary.of(SOME).outliers());
        assertEquals(1, Summary.of(1, 1, 1, 1, 1, 1, 1.0001).outliers(), "where all others are the same");
    }

    @Test
    void nothingAndNoNumberAreRefused() {
        assertThrows(IllegalArgumentException.class, Summary::of);
        assertThrows(IllegalArgumentException.class, () -> Summary.of(1, Double.NaN, 2));
    }
}
