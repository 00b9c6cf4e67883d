package dev.leash.cli.bench;

import dev.leash.bench.BenchReport;
import dev.leash.bench.Comparison;
import dev.leash.bench.Metric;
import dev.leash.bench.Summary;
import dev.leash.cli.io.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is printed at the end. */
final class BenchTable {
    private static final int LONGEST_BAR = 40;
    private static final List<String> HEAD = List.of("", "median", "quartiles", "min", "max", "user", "system");

    private final BenchReport report;
    private final List<String> names;
    private final StringBuilder text = new StringBuilder();

    private BenchTable(BenchReport report) {
        this.report = report;
        this.names = ShownNames.of(report.variants());
    }

    /** @param columns how wide the terminal is that it is for; -1 if it is for none, which then gets no bars */
    static String of(BenchReport report, int columns, boolean shell) {
        BenchTable table = new BenchTable(report);
        table.rows();
        if (columns > 0) {
            table.bars(columns);
        }
        table.comparisons();
        table.notes(shell);
        return table.text.toString();
    }

    private String name(int variant) {
        return names.get(variant);
    }

    private void rows() {
        Metric primary = report.primary();
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        for (int variant = 0; variant < report.variants().size(); variant++) {
            List<String> row = new ArrayList<>(List.of(name(variant)));
            Optional<Summary> summary = report.summary(variant, primary);
            if (summary.isPresent()) {
                Summary values = summary.get();
                row.add(text(values.median()));
                row.add(text(values.quantile(0.25)) + " … " + text(values.quantile(0.75)));
                row.add(text(values.min()));
                row.add(text(values.max()));
            } else {
                row.addAll(List.of("–", "–", "–", "–"));
            }
            row.add(median(variant, Metric.USER));
            row.add(median(variant, Metric.SYSTEM));
            rows.add(row);
        }
        text.append(primary).append(" of ").append(runs(report.runs(0).size())).append(" each\n\n");
        text.append(TextTable.of(rows, column -> column > 0));
        text.append('\n');
    }

    private String text(double value) {
        return Quantity.text(value, report.primary().unit());
    }

    private String median(int variant, Metric metric) {
        return report.summary(variant, metric)
                .map(summary -> Quantity.text(summary.median(), metric.unit()))
                .orElse("–");
    }

    /** The medians, as long as they are; the longest as wide as there is room. */
    private void bars(int columns) {
        double most = 0;
        int widest = 0;
        for (int variant = 0; variant < report.variants().size(); variant++) {
            most = Math.max(
                    most,
                    report.summary(variant, report.primary())
                            .map(Summary::median)
                            .orElse(0.0));
            widest = Math.max(widest, name(variant).length());
        }
        int room = Math.min(LONGEST_BAR, columns - widest - 3);
        if (most == 0 || room < 8) {
            return;
        }
        for (int variant = 0; variant < report.variants().size(); variant++) {
            double median = report.summary(variant, report.primary())
                    .map(Summary::median)
                    .orElse(0.0);
            text.append(name(variant))
                    .append(" ".repeat(widest - name(variant).length() + 2))
                    .append("█".repeat((int) Math.round(room * median / most)))
                    .append('\n');
        }
        text.append('\n');
    }

    private void comparisons() {
        for (int variant = 0; variant < report.variants().size(); variant++) {
            int number = variant;
            Optional<Comparison> found = report.comparison(variant, report.primary());
            found.ifPresent(it -> text.append(comparison(name(number), it, name(report.reference()))));
        }
    }

    /** A line that says how one compares with another. */
    static String comparison(String name, Comparison comparison, String reference) {
        boolean finite = Double.isFinite(comparison.ratio());
        String interval = comparison
                .interval()
                .map(it -> "95 %: " + Quantity.ratio(it.low()) + " … " + Quantity.ratio(it.high()))
                .orElse(
                        finite && comparison.ratio() > 0
                                ? "too few runs for an interval"
                                : "no interval, since a median is 0");
        return name
                + (comparison.differs() ? ": " : ": no difference found, ")
                + (finite
                        ? Quantity.ratio(comparison.ratio()) + " times " + reference
                        : "no ratio, since the median of " + reference + " is 0")
                + " ("
                + interval
                + String.format(Locale.ROOT, "; p = %.2g", comparison.pValue())
                + ")\n";
    }

    private static String runs(int count) {
        return count == 1 ? "1 run" : count + " runs";
    }

    private void notes(boolean shell) {
        for (int variant = 0; variant < report.variants().size(); variant++) {
            int failures = report.failures(variant);
            if (failures > 0) {
                text.append(name(variant))
                        .append(": ")
                        .append(runs(failures))
                        .append(failures == 1 ? " has failed, and counts\n" : " have failed, and count\n");
            }
            int outliers = report.summary(variant, report.primary())
                    .map(Summary::outliers)
                    .orElse(0);
            if (outliers > 0) {
                text.append(name(variant))
                        .append(": ")
                        .append(runs(outliers))
                        .append(outliers == 1 ? " is" : " are")
                        .append(" far from the others\n");
            }
        }
        int compared = report.variants().size() - 1;
        if (compared > 1) {
            text.append(compared)
                    .append(" comparisons: of those between equals, one in twenty seems to be a difference\n");
        }
        report.unavailable().forEach((metric, why) -> text.append(metric)
                .append(" is not available: ")
                .append(why)
                .append('\n'));
        report.overhead().ifPresent(overhead -> text.append(shell ? "a shell" : "a program")
                .append(" that does nothing takes ")
                .append(Quantity.text(overhead.median(), Metric.Unit.SECONDS))
                .append(", which is part of each time\n"));
        text.append("order of the runs: --seed=").append(report.seed()).append('\n');
    }
}
