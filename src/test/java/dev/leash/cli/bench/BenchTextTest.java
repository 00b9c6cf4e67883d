package dev.leash.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.bench.BenchReport;
import dev.leash.bench.Measurement;
import dev.leash.bench.Metric;
import dev.leash.bench.Summary;
import dev.leash.bench.Variant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is made of a report that is known. */
@Timeout(30)
class BenchTextTest {
    private static final List<Metric> METRICS = List.of(Metric.WALL, Metric.USER, Metric.SYSTEM, Metric.CPU);

    /** Two variants: 1, 2, … 10 ms, and twice that; the last run of the second has failed. */
    private static BenchReport report() {
        List<Measurement> runs = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int variant = 0; variant < 2; variant++) {
                double wall = (variant + 1) * (round + 1) / 1e3;
                runs.add(new Measurement(
                        variant,
                        round,
                        Duration.ofMillis(100L * round + variant),
                        Cause.EXITED,
                        new ExitStatus.Exited(variant == 1 && round == 9 ? 3 : 0),
                        0,
                        Map.of(Metric.WALL, wall, Metric.USER, wall / 2, Metric.SYSTEM, 0.0, Metric.CPU, wall / 2)));
            }
        }
        return new BenchReport(
                List.of(
                        Variant.of("a | \"b\", c", Command.of("true")).parameters(Map.of("x", "1")),
                        Variant.of("two\u001b[31m`", Command.of("true")).parameters(Map.of("x", "2"))),
                METRICS,
                0,
                7,
                Instant.EPOCH,
                Duration.ofSeconds(1),
                runs,
                Optional.of(Summary.of(0.001)),
                Map.of(Metric.MEMORY, "no cgroup"));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** As many runs as there are values; the names are too long for a table, and differ in their ends. */
    private static BenchReport constant(int runs, double first, double second) {
        List<Measurement> all = new ArrayList<>();
        for (int round = 0; round < runs; round++) {
            for (double value : new double[] {first, second}) {
                all.add(new Measurement(
                        value == first ? 0 : 1,
                        round,
                        Duration.ZERO,
                        Cause.EXITED,
                        new ExitStatus.Exited(0),
                        0,
                        Map.of(Metric.WALL, value)));
            }
        }
        String name = "n".repeat(50);
        return new BenchReport(
                List.of(Variant.of(name + 1, Command.of("true")), Variant.of(name + 2, Command.of("true"))),
                List.of(Metric.WALL),
                0,
                7,
                Instant.EPOCH,
                Duration.ofSeconds(1),
                all,
                Optional.empty(),
                Map.of());
    }

    @Test
    void ratioThatThereIsNotIsSaid() {
        String table = BenchTable.of(constant(10, 0, 1), -1, false);
        assertTrue(
                table.contains("2: no ratio, since the median of " + "n".repeat(50)
                        + "1 is 0 (no interval, since a median" + " is 0; p = "),
                table);
        assertTrue(BenchTable.of(constant(10, 1, 0), -1, false).contains("2: 0.000 times n"), table);
        assertTrue(BenchTable.of(constant(2, 1, 2), -1, false).contains("2.000 times n"), table);
        assertTrue(BenchTable.of(constant(2, 1, 2), -1, false).contains("(too few runs for an interval; "), table);
        String markdown = text(BenchText.markdown(constant(10, 0, 1)));
        assertTrue(markdown.endsWith(" | – |  |\n"), markdown);
    }

    @Test
    void csvIsQuoted() {
        String[] lines = text(BenchText.csv(report())).split("\n");
        assertEquals("command,mean,stddev,median,user,system,min,max,parameter_x", lines[0]);
        assertTrue(lines[1].startsWith("\"a | \"\"b\"\", c\",0.0055,"), lines[1]);
        assertTrue(lines[2].endsWith(",0.002,0.02,2"), lines[2]);
        assertEquals(3, lines.length);
    }

    @Test
    void markdownHasOneRowForEach() {
        String[] lines = text(BenchText.markdown(report())).split("\n");
        assertEquals(4, lines.length);
        assertTrue(lines[2].startsWith("| `a \\| \"b\", c` | 5.500 ms | "), lines[2]);
        assertTrue(lines[3].startsWith("| `` two?[31m` `` | 11.00 ms | "), lines[3]);
        assertTrue(lines[3].contains(" | 2.000 | 2.000 … 2.000 |"), "pairs are all alike: " + lines[3]);
    }

    @Test
    void jsonHasTheFieldsOfHyperfine() throws Exception {
        String json = text(BenchJson.hyperfine(report())).replaceAll("\\s+", "");
        assertTrue(
                json.startsWith("{\"results\":[{\"command\":\"a|\\\"b\\\",c\",\"mean\":0.0055,\"stddev\":0.00302"),
                json);
        assertTrue(
                json.contains("\"median\":0.0055,\"user\":0.00275,\"system\":0.0,\"min\":0.001,\"max\":0.01,"), json);
        assertTrue(json.contains("\"times\":[0.001,0.002,0.003,"), json);
        assertTrue(json.contains("\"exit_codes\":[0,0,0,0,0,0,0,0,0,3],\"parameters\":{\"x\":\"2\"}}]}"), json);
    }

    @Test
    void rawHasEachRun() throws Exception {
        String json = text(BenchJson.raw(report())).replaceAll("\\s+", "");
        assertTrue(json.contains("\"seed\":7,\"metric\":\"wall\",\"reference\":0"), json);
        assertTrue(
                json.contains("{\"variant\":1,\"round\":9,\"startNanos\":901000000,\"cause\":\"exited\","
                        + "\"exitCode\":3,\"signal\":null,\"stragglersKilled\":0,\"values\":{\"wall\":0.02,"),
                json);
        assertTrue(json.contains("\"comparison\":{\"ratio\":2.0,\"low\":2.0,\"high\":2.0,\"p\":"), json);
        assertTrue(json.contains("\"unavailable\":{\"memory\":\"nocgroup\"},\"overhead\":0.001"), json);
    }

    @Test
    void tableSaysWhatMattersAndHasBarsOnATerminalOnly() {
        String plain = BenchTable.of(report(), -1, false);
        assertFalse(plain.contains("█"));
        assertTrue(plain.contains("two?[31m`: 2.000 times a | \"b\", c (95 %: 2.000 … 2.000; p = 0.0"), plain);
        assertTrue(plain.contains("two?[31m`: 1 run has failed"), plain);
        assertTrue(plain.contains("memory is not available: no cgroup"), plain);
        assertTrue(plain.contains("a program that does nothing takes 1.000 ms"), plain);
        assertTrue(plain.contains("--seed=7\n"), plain);
        String shown = BenchTable.of(report(), 80, false);
        assertTrue(shown.contains("two?[31m`   " + "█".repeat(40) + "\n"), shown);
        assertTrue(shown.contains("a | \"b\", c  " + "█".repeat(20) + "\n"), shown);
    }

    @Test
    void quantitiesHaveFourDigitsAndAUnit() {
        assertEquals("1.234 s", Quantity.text(1.2341, Metric.Unit.SECONDS));
        assertEquals("12.35 ms", Quantity.text(0.012349, Metric.Unit.SECONDS));
        assertEquals("123.5 µs", Quantity.text(0.00012349, Metric.Unit.SECONDS));
        assertEquals("0 ms", Quantity.text(0, Metric.Unit.SECONDS));
        assertEquals("9999", Quantity.text(9999, Metric.Unit.COUNT));
        assertEquals("12.35 M", Quantity.text(12_345_678, Metric.Unit.COUNT));
        assertEquals("2.000 MiB", Quantity.text(2 << 20, Metric.Unit.BYTES));
    }
}
