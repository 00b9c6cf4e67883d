package dev.leash.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.bench.BenchReport;
import dev.leash.bench.Measurement;
import dev.leash.bench.Metric;
import dev.leash.bench.Variant;
import dev.leash.cli.io.RawText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The data in the page; what its script makes of them is for a browser. */
@Timeout(60)
class BenchPageTest {
    private static final String HOSTILE = "</script><img src=x onerror=alert(1)><!-- & \u2028\n\"'\\";

    private static BenchReport report(int rounds) {
        List<Measurement> runs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (int variant = 0; variant < 2; variant++) {
                Map<Metric, Double> values = Map.of(Metric.WALL, variant + round / 1e3 + 1, Metric.CPU, round + 1.0);
                runs.add(new Measurement(
                        variant, round, Duration.ofMillis(round), Cause.EXITED, new ExitStatus.Exited(0), 0, values));
            }
        }
        return new BenchReport(
                List.of(
                        Variant.of(HOSTILE, Command.of("true")).parameters(Map.of(HOSTILE, HOSTILE)),
                        Variant.of("other", Command.of("true"))),
                List.of(Metric.WALL, Metric.CPU, Metric.MEMORY),
                0,
                7,
                Instant.EPOCH,
                Duration.ofSeconds(1),
                runs,
                Optional.empty(),
                Map.of(Metric.MEMORY, HOSTILE));
    }

    private static String page(BenchReport report) throws Exception {
        String name = RawText.of(HOSTILE.getBytes(StandardCharsets.UTF_8));
        BenchOptions options = BenchCommandLine.parse(List.of("-n", name, "true", "other"));
        return new String(BenchPage.of(report, options), StandardCharsets.UTF_8);
    }

    private static String data(String page, String id) {
        String start = "id=\"" + id + "\">";
        int at = page.indexOf(start) + start.length();
        return page.substring(at, page.indexOf("</script>", at));
    }

    private static List<String> tokens(String json) throws Exception {
        List<String> tokens = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                tokens.add(parser.currentToken() + " " + parser.getText());
            }
        }
        return tokens;
    }

    @Test
    void noTextCanEndTheScript() throws Exception {
        String page = page(report(8));
        assertEquals(3, page.split("</script", -1).length - 1, "those of the template only");
        assertFalse(page.contains("<img"));
        assertEquals(
                tokens(new String(BenchJson.raw(report(8)), StandardCharsets.UTF_8)), tokens(data(page, "report")));
        assertTrue(tokens(data(page, "extra")).contains("VALUE_STRING " + HOSTILE), "the command");
    }

    @Test
    void metricsThatAreNotThePrimaryOneAreComparedIfThatIsNotTooMuch() throws Exception {
        String few = data(page(report(8)), "extra");
        assertTrue(few.contains("\"comparisons\":{\"cpu\":[null,{\"ratio\":1.0,\"low\":1.0,\"high\":1.0,\"p\":"), few);
        assertTrue(few.endsWith("\"memory\":[null,null]}}"), few);
        String many = data(page(report(6_000)), "extra");
        assertTrue(many.endsWith("\"comparisons\":{}}"), many);
    }
}
