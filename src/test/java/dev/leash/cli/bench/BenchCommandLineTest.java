package dev.leash.cli.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.bench.Metric;
import dev.leash.bench.Parameter;
import dev.leash.cli.options.UsageException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BenchCommandLineTest {
    private static BenchOptions parse(String... arguments) throws UsageException {
        return BenchCommandLine.parse(List.of(arguments));
    }

    private static String error(String... arguments) {
        return assertThrows(UsageException.class, () -> parse(arguments)).getMessage();
    }

    @Test
    void usualValues() throws UsageException {
        BenchOptions options = parse("a", "b c");
        assertEquals(List.of("a", "b c"), options.commands());
        assertEquals(10, options.minRuns());
        assertEquals(Integer.MAX_VALUE, options.maxRuns());
        assertEquals(Duration.ofSeconds(3), options.minTime());
        assertEquals(0, options.warmup());
        assertEquals(List.of(), options.metrics());
        assertEquals(0, options.pin().length);
        assertNull(options.timeout());
        assertNull(options.seed());
        assertNull(parse("--help"));
    }

    @Test
    void numbersOfRuns() throws UsageException {
        BenchOptions exact = parse("-r5", "a");
        assertEquals(5, exact.minRuns());
        assertEquals(5, exact.maxRuns());
        BenchOptions few = parse("-M", "4", "a");
        assertEquals(4, few.minRuns(), "no more than the most");
        assertTrue(error("-M4", "-m5", "a").contains("less than"));
        assertTrue(error("-r4", "-m5", "a").contains("exact"));
        assertTrue(error("-r0", "a").contains("--runs"));
    }

    @Test
    void parametersAreListsAndRanges() throws UsageException {
        assertEquals(
                List.of(
                        Parameter.of("x", "1", "2,3", ""),
                        Parameter.of("n", "1", "1.5", "2"),
                        Parameter.of("m", "-1", "0")),
                parse("-L", "x=1,2\\,3,", "-P", "n=1..2:0.5", "-P", "m=-1..0", "a")
                        .parameters());
        for (String wrong :
                List.of("n", "n=1", "n=1..x", "n=1..1e9", "=1..2", "n=2..1", "n=1..2:0", "n=0..1:0.0000001")) {
            assertTrue(error("-P", wrong, "a").length() > 10, wrong);
        }
        assertTrue(error("-L", "x", "a").contains("VAR=A,B,C"));
        assertTrue(error("-L", "x=1", "-P", "x=1..2", "a").contains("twice"));
    }

    @Test
    void processorsAndMetrics() throws UsageException {
        assertArrayEquals(new int[] {0, 2, 3, 4}, parse("--pin", "2-4,0", "a").pin());
        assertTrue(error("--pin", "x", "a").contains("--pin"));
        assertTrue(error("--pin", "3-1", "a").contains("--pin"));
        assertEquals(
                List.of(Metric.CPU, Metric.named("context-switches").orElseThrow()),
                parse("--metric", "cpu", "--metric", "context-switches", "a").metrics());
        assertTrue(error("--metric", "speed", "a").contains("there is no metric 'speed'"));
    }

    @Test
    void whatIsRunAroundIsGivenOnceOrForEach() throws UsageException {
        assertEquals(List.of("x"), parse("-p", "x", "a", "b").prepare());
        assertEquals(List.of("x", "y"), parse("-p", "x", "-p", "y", "a", "b").prepare());
        assertTrue(error("-p", "x", "-p", "y", "a", "b", "c").contains("once for each"));
        assertTrue(error("-n", "x", "-n", "y", "a").contains("more names"));
        assertTrue(error("--shell=zsh", "a").contains("none or sh"));
        assertTrue(error().contains("no CMD"));
    }
}
