package dev.leash.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a {@link Bench} has measured, run by run, and what follows from it. Immutable.
 *
 * @param variants in the order in which they were given
 * @param metrics what was asked for, the primary one first, and then what is always recorded
 * @param reference the number of the variant that the others are compared with
 * @param seed what the order of the runs was drawn with, and the intervals are computed with
 * @param started when the bench was started
 * @param wallTime how long all of it took
 * @param runs all measured runs, in the order in which they were run. Those of the warm-up are none
 * @param overhead how long a run of a program that does nothing takes, in seconds: what starting and watching it costs. It
 *     is part of all measured times, and not subtracted. Empty if there is no such program
 * @param unavailable the metrics of which at least one run has no value, and why
 */
public record BenchReport(
        List<Variant> variants,
        List<Metric> metrics,
        int reference,
        long seed,
        Instant started,
        Duration wallTime,
        List<Measurement> runs,
        Optional<Summary> overhead,
        Map<Metric, String> unavailable) {
    /** The metric that was asked for first. */
    public Metric primary() {
        return metrics.getFirst();
    }

    /** The measured runs of one variant, in their order. */
    public List<Measurement> runs(int variant) {
        return runs.stream().filter(run -> run.variant() == variant).toList();
    }

    /** The values of one variant in the order of its runs, without runs that have none. */
    public double[] values(int variant, Metric metric) {
        return byRound(variant, metric).values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    /** What the values of one variant come to; empty if it has none. */
    public Optional<Summary> summary(int variant, Metric metric) {
        double[] values = values(variant, metric);
        return values.length == 0 ? Optional.empty() : Optional.of(Summary.of(values));
    }

    /**
     * How a variant compares with the {@link #reference}: the values of each round are a pair. Empty if there are none, and
     * for the reference itself.
     */
    public Optional<Comparison> comparison(int variant, Metric metric) {
        TreeMap<Integer, Double> mine = byRound(variant, metric);
        TreeMap<Integer, Double> references = byRound(reference, metric);
        mine.keySet().retainAll(references.keySet());
        references.keySet().retainAll(mine.keySet());
        if (variant == reference || mine.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Comparison.paired(array(references), array(mine), seed));
    }

    private static double[] array(TreeMap<Integer, Double> values) {
        return values.values().stream().mapToDouble(Double::doubleValue).toArray();
    }

    private TreeMap<Integer, Double> byRound(int variant, Metric metric) {
        TreeMap<Integer, Double> values = new TreeMap<>();
        for (Measurement run : runs(variant)) {
            Double value = run.values().get(metric);
            if (value != null) {
                values.put(run.round(), value);
            }
        }
        return values;
    }

    /** How many runs of a variant have failed. They count like the others: see {@link Bench#ignoreFailures}. */
    public int failures(int variant) {
        return (int) runs(variant).stream().filter(run -> !run.succeeded()).count();
    }
}
