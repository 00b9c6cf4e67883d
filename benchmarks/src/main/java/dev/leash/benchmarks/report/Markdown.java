package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import dev.leash.benchmarks.Measurement.Unit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tables. */
public final class Markdown {
    private Markdown() {}

    /** @param targets the table of them, or nothing */
    public static String of(List<Measurement> measurements, String surroundings, String targets) {
        StringBuilder text =
                new StringBuilder("# Results\n\n").append(surroundings).append("\n\n");
        text.append("""
                Every line of a table was measured in the same run, in turn, slice by slice. Ratios are of medians, by how much
                the contender is slower than the one in the head of the column: above 1 it is worse.
                """);
        if (!targets.isEmpty()) {
            text.append("\n## Targets\n\n").append(targets);
        }
        for (Measurement measurement : measurements) {
            table(text, measurement);
        }
        return text.toString();
    }

    private static void table(StringBuilder text, Measurement measurement) {
        String symbol = measurement.unit().symbol();
        text.append("\n## ").append(measurement.title()).append("\n\n");
        text.append("| %-26s | %12s | %12s | %7s | %8s | %8s |\n"
                .formatted("", "median " + symbol, tail(measurement), "samples", "÷ floor", "÷ Leash"));
        text.append("|---|--:|--:|--:|--:|--:|\n");
        for (Contestant contestant : Contestant.values()) {
            if (measurement.samples().containsKey(contestant)) {
                text.append("| %-26s | %12s | %12s | %7d | %8s | %8s |\n"
                        .formatted(
                                contestant.title(),
                                number(measurement.median(contestant).orElseThrow()),
                                number(measurement
                                        .quantile(contestant, worst(measurement.unit()))
                                        .orElseThrow()),
                                measurement.samples().get(contestant).values().size(),
                                ratio(measurement, contestant, Contestant.FLOOR),
                                ratio(measurement, contestant, Contestant.LEASH)));
            } else if (measurement.absences().containsKey(contestant)) {
                text.append("| %-26s | %s | | | | |\n"
                        .formatted(contestant.title(), measurement.absences().get(contestant)));
            }
        }
    }

    private static String tail(Measurement measurement) {
        return measurement.unit().lowerIsBetter() ? "p99" : "p1";
    }

    /** Of times the slowest are the bad ones, of rates the lowest. */
    private static double worst(Unit unit) {
        return unit.lowerIsBetter() ? 0.99 : 0.01;
    }

    private static String ratio(Measurement measurement, Contestant contestant, Contestant to) {
        Optional<Double> own = measurement.median(contestant);
        Optional<Double> other = measurement.median(to);
        if (own.isEmpty() || other.isEmpty() || other.get() == 0) {
            return "";
        }
        double ratio = measurement.unit().lowerIsBetter() ? own.get() / other.get() : other.get() / own.get();
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    static String number(double value) {
        if (Math.abs(value) >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }
}
