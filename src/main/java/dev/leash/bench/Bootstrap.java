package dev.leash.bench;

import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.descriptive.Quantile;

/** Confidence intervals from resampling: Efron's percentiles. */
final class Bootstrap {
    private static final int RESAMPLES = 2_000;

    private Bootstrap() {}

    /**
     * The interval of the ratio of medians.
     *
     * @param paired whether values with the same index are drawn together
     * @return empty if it is not finite: some medians were 0
     */
    static Optional<Comparison.Interval> ratioOfMedians(
            double[] reference, double[] values, long seed, boolean paired) {
        SplittableRandom random = new SplittableRandom(seed);
        Median median = Median.withDefaults().withCopy(false);
        double[] drawnReference = new double[reference.length];
        double[] drawn = new double[values.length];
        double[] ratios = new double[RESAMPLES];
        for (int at = 0; at < RESAMPLES; at++) {
            for (int index = 0; index < reference.length; index++) {
                int from = random.nextInt(reference.length);
                drawnReference[index] = reference[from];
                if (paired) {
                    drawn[index] = values[from];
                }
            }
            for (int index = 0; !paired && index < values.length; index++) {
                drawn[index] = values[random.nextInt(values.length)];
            }
            ratios[at] = median.evaluate(drawn) / median.evaluate(drawnReference);
            if (!Double.isFinite(ratios[at])) {
                return Optional.empty();
            }
        }
        double tail = (1 - Comparison.CONFIDENCE) / 2;
        double[] ends = Quantile.withDefaults().evaluate(ratios, tail, 1 - tail);
        return Optional.of(new Comparison.Interval(ends[0], ends[1]));
    }
}
