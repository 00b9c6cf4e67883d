package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page on performance says what was measured, and why a goal is missed. */
@Timeout(60)
class PerformancePageTest {
    private static final Path PAGE = Path.of("docs", "performance.md");
    private static final Path RESULTS = Path.of("benchmarks", "RESULTS.md");
    private static final Pattern CHART = Pattern.compile("\\.\\./(benchmarks/charts/[^)]+)");

    /** In the order of the columns. */
    private record Target(String work, String old, String goal, String measured, String verdict, String reason) {
        static Target of(String row) {
            List<String> cells =
                    Stream.of(row.split("\\|", -1)).map(String::strip).toList();
            return new Target(cells.get(1), cells.get(2), cells.get(3), cells.get(4), cells.get(5), cells.get(6));
        }

        Target withoutReason() {
            return new Target(work, old, goal, measured, verdict, "");
        }
    }

    private static List<Target> targets(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .dropWhile(line -> !line.startsWith("| work | old goal | new goal |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(Target::of)
                .toList();
    }

    @Test
    void targetsOfThePageAreThoseOfTheResults() throws IOException {
        List<Target> page = targets(PAGE);
        assertFalse(page.isEmpty());
        assertEquals(
                targets(RESULTS).stream().map(Target::withoutReason).toList(),
                page.stream().map(Target::withoutReason).toList());
    }

    @Test
    void eachMissedTargetSaysWhere() throws IOException {
        for (Target target : targets(PAGE)) {
            assertEquals("missed".equals(target.verdict()), !target.reason().isEmpty(), target::toString);
        }
    }

    @Test
    void benchmarksKnowWhereToWriteInThePage() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("<!-- measured:");
        int table = page.indexOf("| work | old goal | new goal |");
        assertTrue(begin > 0 && begin < table && table < page.indexOf("<!-- end of what was measured -->"));
    }

    @Test
    void chartsOfThePageAreThere() throws IOException {
        List<MatchResult> charts =
                CHART.matcher(Files.readString(PAGE)).results().toList();
        assertFalse(charts.isEmpty());
        for (MatchResult chart : charts) {
            assertTrue(Files.exists(Path.of(chart.group(1))), chart::group);
        }
    }
}
