package dev.leash.cli.bench;

import dev.leash.bench.BenchReport;
import dev.leash.bench.Comparison;
import dev.leash.bench.Metric;
import dev.leash.bench.Summary;
import dev.leash.bench.Variant;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How commands compare with an earlier bench, and whether one is slower than allowed: than it was, or without an earlier
 * bench than the first command. For one thread.
 */
final class BenchVerdict {
    private final BenchOptions options;
    private final List<Variant> variants;
    private final List<String> names;
    private final @Nullable StoredBench stored;
    private final StringBuilder text = new StringBuilder();
    private boolean slower;
    private boolean undecided;

    /**
     * Checks what can be checked before anything is measured.
     *
     * @param stored null if there is no earlier bench
     * @throws UsageException if nothing could be compared, or be told with enough certainty
     */
    BenchVerdict(BenchOptions options, List<Variant> variants, @Nullable StoredBench stored) throws UsageException {
        this.options = options;
        this.variants = variants;
        this.names = ShownNames.of(variants);
        this.stored = stored;
        Double allowed = options.failIfSlower();
        if (allowed != null && options.maxRuns() < Comparison.LEAST) {
            throw new UsageException("--fail-if-slower needs at least " + Comparison.LEAST
                    + " runs: with fewer there is no interval that could tell");
        }
        if (stored != null) {
            check(stored, allowed != null);
        } else if (allowed != null && variants.size() < 2) {
            throw new UsageException("--fail-if-slower compares with the first command, or with --compare=OLD.json:"
                    + " neither a second command nor that was given");
        }
    }

    private void check(StoredBench earlier, boolean decides) throws UsageException {
        int known = 0;
        for (int variant = 0; variant < variants.size(); variant++) {
            Optional<double[]> values = earlier.values(variants, variant, primary());
            known += values.isPresent() ? 1 : 0;
            int count = values.map(them -> them.length).orElse(Comparison.LEAST);
            if (count == 0 || (decides && count < Comparison.LEAST)) {
                throw new UsageException(file() + " has "
                        + (count == 0 ? "no values of " : "only " + count + " values of ") + primary() + " for '"
                        + RawText.text(variants.get(variant).name()) + "'"
                        + (count == 0
                                ? ""
                                : ": with fewer than " + Comparison.LEAST + " there is no interval that could tell"));
            }
        }
        if (known == 0) {
            throw new UsageException(file() + " has none of these commands, it has '"
                    + String.join("', '", earlier.names()) + "'; --name calls a command as it was called");
        }
    }

    private String file() {
        return RawText.text(String.valueOf(options.compare()));
    }

    private Metric primary() {
        return options.metrics().isEmpty() ? Metric.WALL : options.metrics().getFirst();
    }

    /** Compares what is to be compared, and returns what there is to be said; empty if nothing was asked. */
    String of(BenchReport report) {
        if (stored != null) {
            withEarlier(report, stored);
        } else if (options.failIfSlower() != null) {
            withReference(report);
        }
        return text.toString();
    }

    private void withEarlier(BenchReport report, StoredBench earlier) {
        text.append("\nagainst ").append(file()).append(", measured at another time:\n");
        for (int variant = 0; variant < variants.size(); variant++) {
            Optional<double[]> values = earlier.values(variants, variant, primary());
            if (values.isPresent()) {
                earlier(report, variant, values.get());
            } else {
                text.append(name(variant)).append(": not in it\n");
            }
        }
    }

    private void withReference(BenchReport report) {
        double[] reference = report.values(report.reference(), primary());
        for (int variant = 0; variant < variants.size(); variant++) {
            if (variant != report.reference()) {
                decide(variant, report.values(variant, primary()), reference, report.comparison(variant, primary()));
            }
        }
    }

    private void earlier(BenchReport report, int variant, double[] earlier) {
        double[] values = report.values(variant, primary());
        Optional<Comparison> comparison =
                values.length == 0 ? Optional.empty() : Optional.of(Comparison.of(earlier, values, report.seed()));
        comparison.ifPresent(it -> text.append(BenchTable.comparison(name(variant), it, "what it was")));
        decide(variant, values, earlier, comparison);
    }

    private void decide(int variant, double[] values, double[] reference, Optional<Comparison> comparison) {
        Double allowed = options.failIfSlower();
        if (allowed == null) {
            return;
        }
        Optional<Comparison.Interval> interval = comparison.flatMap(Comparison::interval);
        if (interval.isPresent()) {
            if (interval.get().low() > 1 + allowed) {
                slower = true;
                text.append(name(variant))
                        .append(": slower by more than ")
                        .append(Quantity.percent(allowed))
                        .append('\n');
            }
        } else if (values.length == 0
                || reference.length == 0
                || Summary.of(values).median() > Summary.of(reference).median()) {
            undecided = true;
            text.append(name(variant)).append(": whether it is slower cannot be told, for want of an interval\n");
        }
    }

    private String name(int variant) {
        return names.get(variant);
    }

    /** Of the command, once this has compared. */
    int status() {
        return slower ? BenchCommand.SLOWER : undecided ? 1 : 0;
    }
}
