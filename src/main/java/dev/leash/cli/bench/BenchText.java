package dev.leash.cli.bench;

import dev.leash.bench.BenchReport;
import dev.leash.bench.Comparison;
import dev.leash.bench.Metric;
import dev.leash.bench.Summary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The results as CSV, in the columns of hyperfine, and as a table of Markdown. */
final class BenchText {
    private BenchText() {}

    /** In seconds. Cells are quoted as RFC 4180 says, where they need it. */
    static byte[] csv(BenchReport report) {
        Set<String> parameters = new LinkedHashSet<>();
        report.variants()
                .forEach(variant -> parameters.addAll(variant.parameters().keySet()));
        StringBuilder text = new StringBuilder();
        List<String> head =
                new ArrayList<>(List.of("command", "mean", "stddev", "median", "user", "system", "min", "max"));
        parameters.forEach(parameter -> head.add("parameter_" + parameter));
        row(text, head);
        for (int variant = 0; variant < report.variants().size(); variant++) {
            Summary wall = report.summary(variant, Metric.WALL).orElseThrow();
            List<String> row =
                    new ArrayList<>(List.of(report.variants().get(variant).name()));
            row.add(Double.toString(wall.mean()));
            row.add(wall.count() < 2 ? "" : Double.toString(wall.standardDeviation()));
            row.add(Double.toString(wall.median()));
            row.add(Double.toString(
                    report.summary(variant, Metric.USER).orElseThrow().mean()));
            row.add(Double.toString(
                    report.summary(variant, Metric.SYSTEM).orElseThrow().mean()));
            row.add(Double.toString(wall.min()));
            row.add(Double.toString(wall.max()));
            for (String parameter : parameters) {
                row.add(report.variants().get(variant).parameters().getOrDefault(parameter, ""));
            }
            row(text, row);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void row(StringBuilder text, List<String> cells) {
        for (int at = 0; at < cells.size(); at++) {
            String cell = cells.get(at);
            boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
            text.append(at == 0 ? "" : ",").append(plain ? cell : '"' + cell.replace("\"", "\"\"") + '"');
        }
        text.append('\n');
    }

    static byte[] markdown(BenchReport report) {
        StringBuilder text = new StringBuilder("""
                | Command | Median | Quartiles | Min | Max | Ratio | 95 % |
                |:---|---:|---:|---:|---:|---:|---:|
                """);
        Metric.Unit unit = report.primary().unit();
        for (int variant = 0; variant < report.variants().size(); variant++) {
            text.append("| ")
                    .append(code(report.variants().get(variant).name()))
                    .append(" | ");
            Optional<Summary> summary = report.summary(variant, report.primary());
            text.append(summary.map(s -> Quantity.text(s.median(), unit) + " | " + Quantity.text(s.quantile(0.25), unit)
                            + " … " + Quantity.text(s.quantile(0.75), unit) + " | " + Quantity.text(s.min(), unit)
                            + " | " + Quantity.text(s.max(), unit))
                    .orElse("– | – | – | –"));
            Optional<Comparison> comparison = report.comparison(variant, report.primary());
            text.append(" | ")
                    .append(
                            variant == report.reference()
                                    ? "1"
                                    : comparison
                                            .map(it -> Quantity.ratio(it.ratio()))
                                            .orElse("–"))
                    .append(" | ")
                    .append(comparison
                            .flatMap(Comparison::interval)
                            .map(it -> Quantity.ratio(it.low()) + " … " + Quantity.ratio(it.high()))
                            .orElse(""))
                    .append(" |\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** As code. A fence is longer than any run of backticks in it, and a bar would end the cell. */
    private static String code(String name) {
        String line = Quantity.printable(name).replace("|", "\\|");
        String fence = "`";
        while (line.contains(fence)) {
            fence += "`";
        }
        String room = fence.length() > 1 ? " " : "";
        return fence + room + line + room + fence;
    }
}
