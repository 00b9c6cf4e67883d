package dev.leash.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By known values, and by simulated measurements of which the truth is known. The seeds are fixed: no luck in it. */
@Timeout(120)
class ComparisonTest {
    private static final int ROUNDS = 30;

    /** Times are skewed to the right, as those of programs are: with a spread of about {@code spread}. */
    private static double time(Random random, double median, double spread) {
        return median * Math.exp(spread * random.nextGaussian());
    }

    private static double[] times(Random random, double median, double spread) {
        return IntStream.range(0, ROUNDS)
                .mapToDouble(at -> time(random, median, spread))
                .toArray();
    }

    @Test
    void knownValuesOfMannAndWhitney() {
        // Three pairs are the wrong way round; of 126 ways to draw four of nine, 7 have three or fewer: p = 14 / 126.
        Comparison comparison =
                Comparison.of(new double[] {2.5, 3.5, 4.5, 5.5, 6.5}, new double[] {1.1, 2.2, 3.3, 4.4}, 1);
        assertEquals(0.1111, comparison.pValue(), 5e-5);
        assertEquals(2.75 / 4.5, comparison.ratio(), 1e-12);
        assertFalse(comparison.differs());
    }

    @Test
    void fewValuesHaveNoInterval() {
        double[] five = {1, 2, 3, 4, 5};
        double[] six = {1, 2, 3, 4, 5, 6};
        assertEquals(Optional.empty(), Comparison.of(five, six, 1).interval());
        assertTrue(Comparison.of(six, six, 1).interval().orElseThrow().contains(1));
    }

    @Test
    void valuesThatAreAllTheSameDoNotDiffer() {
        double[] same = {3, 3, 3, 3, 3, 3};
        Comparison comparison = Comparison.paired(same, same, 1);
        assertEquals(1, comparison.pValue());
        assertEquals(1, comparison.ratio());
        assertEquals(Optional.of(new Comparison.Interval(1, 1)), comparison.interval());
        double[] others = {4, 4, 4, 4, 4, 4};
        assertTrue(Comparison.of(same, others, 1).differs());
    }

    @Test
    void medianOfZeroHasNoInterval() {
        double[] none = new double[10];
        double[] some = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        assertEquals(Optional.empty(), Comparison.of(none, some, 1).interval());
        assertEquals(Optional.empty(), Comparison.of(some, none, 1).interval());
        assertTrue(Comparison.of(none, some, 1).differs(), "there is a difference all the same");
        assertTrue(Double.isNaN(Comparison.of(none, none, 1).ratio()));
    }

    @Test
    void pairsAreOfOneLength() {
        assertThrows(IllegalArgumentException.class, () -> Comparison.paired(new double[] {1}, new double[] {1, 2}, 1));
    }

    @Test
    void sameSeedGivesTheSameInterval() {
        double[] one = times(new Random(1), 10, 0.1);
        double[] other = times(new Random(2), 10, 0.1);
        assertEquals(Comparison.of(one, other, 3), Comparison.of(one, other, 3));
    }

    @Test
    void falseAlarmsComeAtThePromisedRate() {
        int tries = 4_000;
        Random random = new Random(4711);
        long alarms = IntStream.range(0, tries)
                .filter(at -> Comparison.pValue(times(random, 1, 0.05), times(random, 1, 0.05)) < Comparison.ALPHA)
                .count();
        // 5 %, and three standard deviations of what 4000 tries give.
        assertEquals(0.05, (double) alarms / tries, 0.0103);
    }

    @Test
    void twoPercentAreFound() {
        Random random = new Random(4711);
        int found = 0;
        int inside = 0;
        int tries = 100;
        for (int at = 0; at < tries; at++) {
            Comparison comparison = Comparison.paired(times(random, 1, 0.015), times(random, 1.02, 0.015), at);
            found += comparison.differs() && comparison.ratio() > 1 ? 1 : 0;
            inside += comparison.interval().orElseThrow().low() > 1 ? 1 : 0;
        }
        assertTrue(found >= 95, found + " of a hundred differences of 2 %");
        assertTrue(inside >= 85, inside + " intervals are above 1");
    }

    @Test
    void intervalHoldsTheTruthAsOftenAsItPromises() {
        assertEquals(0.95, coverage(false, at -> 1), 0.04);
        assertEquals(0.95, coverage(true, at -> 1), 0.04);
    }

    /** For what interleaving is good: load that comes and goes meets both variants of a round. */
    @Test
    void loadThatComesAndGoesWidensIntervalsOfPairsLess() {
        IntToDoubleFunction load = round -> round / 7 % 2 == 0 ? 1 : 1.5;
        assertTrue(coverage(true, load) >= 0.92);
        Random random = new Random(4711);
        double[] one = loaded(random, 1, load);
        double[] other = loaded(random, 1, load);
        double pairs = width(Comparison.paired(one, other, 1));
        double singles = width(Comparison.of(one, other, 1));
        assertTrue(pairs < singles / 3, () -> pairs + " and " + singles);
    }

    private static double width(Comparison comparison) {
        Comparison.Interval interval = comparison.interval().orElseThrow();
        return interval.high() - interval.low();
    }

    private static double[] loaded(Random random, double median, IntToDoubleFunction load) {
        return IntStream.range(0, ROUNDS)
                .mapToDouble(round -> load.applyAsDouble(round) * time(random, median, 0.02))
                .toArray();
    }

    private static double coverage(boolean paired, IntToDoubleFunction load) {
        Random random = new Random(4711);
        int tries = 300;
        int held = 0;
        for (int at = 0; at < tries; at++) {
            double[] one = loaded(random, 1, load);
            double[] other = loaded(random, 1.1, load);
            Comparison comparison = paired ? Comparison.paired(one, other, at) : Comparison.of(one, other, at);
            held += comparison.interval().orElseThrow().contains(1.1) ? 1 : 0;
        }
        return (double) held / tries;
    }
}
