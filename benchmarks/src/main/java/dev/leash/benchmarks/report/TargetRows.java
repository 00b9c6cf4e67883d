package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of the targets. Why one is missed no measurement knows: these words are written by hand into the page that has
 * this table, and are taken from there again for as long as the goal is the same and is missed.
 */
public final class TargetRows {
    private static final String HEAD = """
            | work | old goal | new goal | measured | verdict | where it is missed |
            |---|---|---|--:|---|---|
            """;
    private static final String NOTHING = "—";

    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> reasons = new HashMap<>();
    private final boolean all;

    private TargetRows(Path page, boolean all) throws IOException {
        this.all = all;
        for (String line : Files.readAllLines(page)) {
            String[] cells = line.split(" *\\| *");
            if (line.startsWith("| ") && cells.length == 7) {
                reasons.put(cells[1] + cells[3], cells[6]);
            }
        }
    }

    /**
     * The table; empty if it has no rows.
     *
     * @param page where the reasons are
     * @param all whether targets of what was not measured are in it
     */
    public static String of(List<Measurement> measurements, Path page, boolean all) throws IOException {
        TargetRows rows = new TargetRows(page, all);
        Targets.fill(rows, measurements);
        return rows.text.isEmpty() ? "" : HEAD + rows.text;
    }

    void add(String work, String unit, Goal goal, Optional<Double> measured) {
        if (measured.isEmpty() && !all) {
            return;
        }
        boolean missed = measured.isPresent() && !goal.isMetBy(measured.get());
        text.append("| %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        work,
                        goal.before(unit),
                        goal.now(unit),
                        measured.map(Markdown::number).orElse(NOTHING),
                        measured.isEmpty() ? NOTHING : missed ? "missed" : "✓",
                        missed ? reasons.getOrDefault(work + goal.now(unit), "") : ""));
    }
}
