package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What Leash is to reach, beside what it has reached. All but the sizes are ratios: machines differ. */
final class Targets {
    private static final double P50 = 0.5;
    private static final double P99 = 0.99;

    private final Map<String, Measurement> measurements = new HashMap<>();
    private final StringBuilder rows = new StringBuilder();

    private Targets(List<Measurement> measurements) {
        measurements.forEach(measurement -> this.measurements.put(measurement.id(), measurement));
    }

    /** The table; empty if nothing was measured that it is about. */
    static String of(List<Measurement> measurements) {
        Targets targets = new Targets(measurements);
        targets.all();
        return targets.rows.isEmpty()
                ? ""
                : "\n## Targets\n\n| work | to reach | measured | |\n|---|---|--:|---|\n" + targets.rows;
    }

    private void all() {
        String work = "round trip, no-op, p50";
        timesFloor(work, "round-trip-noop", P50, 1.10);
        timesOurs(work, "round-trip-noop", Contestant.JDK, P50, 3.5);
        timesOurs(work, "round-trip-noop", Contestant.JDK_VFORK, P50, 1.1);
        timesOurs(work, "round-trip-noop", Contestant.NUPROCESS_3, P50, 3);
        work = "round trip, no-op, p99";
        timesFloor(work, "round-trip-noop", P99, 1.5);
        timesOurs(work, "round-trip-noop", Contestant.NUPROCESS_3, P99, 100);
        work = "kill to death seen, p50";
        timesFloor(work, "kill-thread", P50, 1.3);
        timesOurs(work, "kill-thread", Contestant.JDK, P50, 1.5);
        timesFloor("deadline to signal, p50", "deadline-signal-idle", P50, 1.5);
        timesFloor("deadline to signal, p99", "deadline-signal-idle", P99, 1.5);
        atMost(
                "deadline to signal beside 1,000 children, p50",
                "× idle",
                1.2,
                ratio(ours("deadline-signal-crowd", P50), ours("deadline-signal-idle", P50)));
        atMost("deadline to signal beside 50 that flood, p99", "µs", 2_000, ours("deadline-signal-flood", P99));
        work = "deadline to death seen, p50";
        timesFloor(work, "deadline-death-idle", P50, 1.3);
        timesOurs(work, "deadline-death-idle", Contestant.JDK, P50, 7);
        output();
        many();
        throughput();
        atMost("allocation for each run", "B", 8_192, ours("allocation", P50));
        atMost(
                "`leash timeout 10 true`, p50",
                "× `java -version`",
                3,
                ratio(ours("start", P50), of(Contestant.JAVA_VERSION, "start", P50)));
    }

    private void output() {
        for (int block : new int[] {8, 64}) {
            String id = "output-1-" + block * 1024;
            String work = "output of one child, writes of " + block + " KiB";
            atLeast(
                    work,
                    "× java.lang.Process",
                    block == 64 ? 1.5 : 1,
                    ratio(ours(id, P50), of(Contestant.JDK, id, P50)));
            atLeast(work, "× floor", 0.9, ratio(ours(id, P50), of(Contestant.FLOOR, id, P50)));
        }
    }

    private void many() {
        String work = "10,000 live children";
        atMost(work, "more threads", 0, ours("many-10000-threads", P50));
        atMost(work, "B of heap for each", 4_096, ours("many-10000-heap", P50));
        atMost(work, "B of native memory for each", 1_024, ours("many-10000-native", P50));
        atMost(
                work + ", one more round trip",
                "× with none",
                1.2,
                ratio(ours("many-10000-roundtrip", P50), ours("many-0-roundtrip", P50)));
    }

    private void throughput() {
        String id = "throughput-platform-8";
        atLeast("runs a second, 8 callers", "× floor", 0.9, ratio(ours(id, P50), of(Contestant.FLOOR, id, P50)));
        atLeast(
                "runs a second, 8 callers",
                "× java.lang.Process",
                3,
                ratio(ours(id, P50), of(Contestant.JDK, id, P50)));
    }

    private void timesFloor(String work, String id, double quantile, double limit) {
        atMost(work, "× floor", limit, ratio(ours(id, quantile), of(Contestant.FLOOR, id, quantile)));
    }

    private void timesOurs(String work, String id, Contestant contestant, double quantile, double limit) {
        atLeast(
                work,
                "× ours for " + contestant.title(),
                limit,
                ratio(of(contestant, id, quantile), ours(id, quantile)));
    }

    private void atMost(String work, String unit, double limit, Optional<Double> measured) {
        row(work, "≤ " + limit(limit) + " " + unit, measured, measured.map(value -> value <= limit));
    }

    private void atLeast(String work, String unit, double limit, Optional<Double> measured) {
        row(work, "≥ " + limit(limit) + " " + unit, measured, measured.map(value -> value >= limit));
    }

    private void row(String work, String reach, Optional<Double> measured, Optional<Boolean> met) {
        measured.ifPresent(value -> rows.append("| %s | %s | %s | %s |\n"
                .formatted(work, reach, Markdown.number(value), met.orElse(false) ? "✓" : "missed")));
    }

    private static String limit(double limit) {
        return limit == Math.rint(limit)
                ? String.format(Locale.ROOT, "%,.0f", limit)
                : String.format(Locale.ROOT, "%.2f", limit);
    }

    private Optional<Double> ours(String id, double quantile) {
        return of(Contestant.LEASH, id, quantile);
    }

    private Optional<Double> of(Contestant contestant, String id, double quantile) {
        return Optional.ofNullable(measurements.get(id)).flatMap(found -> found.quantile(contestant, quantile));
    }

    private static Optional<Double> ratio(Optional<Double> above, Optional<Double> below) {
        return above.flatMap(a -> below.filter(b -> b > 0).map(b -> a / b));
    }
}
