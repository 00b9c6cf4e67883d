package dev.leash.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts what was measured where readers look: the page on performance, its charts, and all tables. */
public final class Publication {
    /** The page, from where the benchmarks are. */
    public static final Path PAGE = Path.of("..", "docs", "performance.md");

    private static final Path RESULTS = Path.of("RESULTS.md");
    private static final Path CHARTS = Path.of("charts");

    private static final Pattern MEASURED =
            Pattern.compile("(<!-- measured:[^>]*-->\n).*(<!-- end of what was measured -->)", Pattern.DOTALL);
    private static final Pattern CHART = Pattern.compile("benchmarks/charts/([\\w-]+\\.svg)");

    private Publication() {}

    /**
     * @param results the folder in which everything was written
     * @param surroundings of the run
     * @param targets the table
     */
    public static void of(Path results, String surroundings, String targets) throws IOException {
        String page = Files.readString(PAGE);
        Matcher measured = MEASURED.matcher(page);
        if (!measured.find()) {
            throw new IOException(PAGE + " has no marks between which the measured targets are");
        }
        String with = "$1\n" + Matcher.quoteReplacement(surroundings + "\n\n" + targets + "\n") + "$2";
        Files.writeString(PAGE, measured.replaceFirst(with));
        Files.copy(results.resolve("results.md"), RESULTS, StandardCopyOption.REPLACE_EXISTING);
        List<MatchResult> charts = CHART.matcher(page).results().toList();
        for (MatchResult chart : charts) {
            Path drawn = results.resolve(chart.group(1));
            Files.copy(drawn, CHARTS.resolve(chart.group(1)), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
