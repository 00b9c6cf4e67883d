package dev.leash.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page that {@code leash bench --export-html} writes, in a browser. */
@Timeout(180)
class BenchPageIT {
    private static final String HOSTILE =
            "</script><script>document.title='broken'</script><!--<img src=x onerror=alert(1)>\n\"'\u2028\u65e5";

    @TempDir
    Path temp;

    private Path page;
    private Result printed;

    /** With one command that fails for the last value of the parameter, and a metric that there is not. */
    @BeforeEach
    void makeThePage() throws Exception {
        printed = Leash.run(Leash.command(
                        "bench",
                        "-r7",
                        "-i",
                        "--metric=wall",
                        "--metric=memory",
                        "-L",
                        "n=1,2,4",
                        "-n",
                        new String(HOSTILE.getBytes(UTF_8), ISO_8859_1) + "{n}",
                        "--export-raw=raw.json",
                        "--export-html=page.html",
                        "--seed=5",
                        "test {n} -lt 4",
                        "sleep 0.0{n}")
                .env("LC_ALL", "C.UTF-8")
                .directory(temp)
                .timeout(Duration.ofSeconds(100)));
        assertEquals(0, Leash.status(printed), Leash.err(printed));
        page = temp.resolve("page.html");
    }

    private static String data(String text, String id) {
        Matcher matcher = Pattern.compile("id=\"" + id + "\">([^<]*)</script>").matcher(text);
        assertTrue(matcher.find(), id);
        return matcher.group(1);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> first(Object list) {
        return ((List<Map<String, Object>>) list).getFirst();
    }

    @Test
    void itHasTheRawDataAndNamesAreNoMarkup() throws Exception {
        String text = Files.readString(page);
        Map<String, Object> raw = Json.object(Files.readAllBytes(temp.resolve("raw.json")));
        assertEquals(raw, Json.object((data(text, "report") + "\n").getBytes(UTF_8)));
        assertEquals(HOSTILE + "1", first(raw.get("variants")).get("name"));
        assertEquals(42, ((List<?>) raw.get("runs")).size());
        Map<String, Object> extra = Json.object((data(text, "extra") + "\n").getBytes(UTF_8));
        assertEquals(List.of(HOSTILE + "{n}", "sleep 0.0{n}"), extra.get("commands"));

        assertEquals(3, text.split("</script>", -1).length - 1, "those of the template only");
        String template = text.replace(data(text, "report"), "").replace(data(text, "extra"), "");
        assertTrue(template.contains("default-src 'none'"));
        for (String fetching :
                List.of("http:", "https:", "src=", "href", "url(", "@import", "fetch(", "<img", "<link")) {
            assertFalse(template.contains(fetching), fetching);
        }
    }

    @Test
    void aBrowserShowsIt() throws Exception {
        String dom = Browser.show(page, "", temp);
        assertTrue(dom.contains("<title>2 commands · leash bench</title>"), dom.substring(0, 600));
        assertTrue(dom.contains("<b>7</b><span>rounds, in random order</span>"), "the tiles");
        assertTrue(dom.contains("<b>7</b><span>have failed</span>"), "the failures");
        assertTrue(dom.contains("&lt;/script&gt;&lt;script&gt;document.title='broken'"), "as text");
        assertTrue(dom.contains("peak memory is not available: only a run in a cgroup"), "why there is none");
        for (String plot : List.of("strips", "shares", "course", "parameter")) {
            assertTrue(dom.matches("(?s).*<canvas id=\"" + plot + "\"[^>]* width=\"[1-9][0-9]{2,}\".*"), plot);
        }
        // What is printed, and what the page says.
        String last = "sleep 0.04: ";
        String line = printed.stdout()
                .lines()
                .filter(it -> it.startsWith(last))
                .findFirst()
                .orElseThrow();
        int interval = line.indexOf("(95 %: "); // behind a name that may have parentheses, too
        String numbers = line.substring(interval, line.indexOf(')', interval) + 1);
        assertTrue(dom.contains(numbers), numbers);
    }

    @Test
    void theMetricCanBeChosen() throws Exception {
        String choose = """
                document.getElementById('metric').value = '%s';
                document.getElementById('metric').dispatchEvent(new Event('change'));
                """;
        String dom = Browser.show(page, choose.formatted("cpu"), temp);
        assertTrue(dom.contains("Results: CPU time of 7 runs each"));
        dom = Browser.show(page, choose.formatted("memory"), temp);
        assertTrue(
                dom.contains("<p class=\"early\" id=\"lacking\">No value of peak memory: only a run in"), "the reason");
        assertTrue(
                dom.contains("<section class=\"card\" id=\"runsCard\" aria-label=\"All runs\" hidden=\"\">"),
                "no plots");
    }

    @Test
    void runsAreToldAboutByThePointerAndByKeys() throws Exception {
        String dom = Browser.show(page, """
                const box = shares.canvas.getBoundingClientRect();
                shares.canvas.dispatchEvent(new PointerEvent('pointermove', {
                  clientX: box.left + shares.x[0], clientY: box.top + shares.y[0] }));
                document.body.dataset.pointed = document.getElementById('tip').textContent;
                const send = key => strips.canvas.dispatchEvent(new KeyboardEvent('keydown', { key }));
                send('End');
                document.body.dataset.last = document.getElementById('tip').textContent;
                send('Home');
                for (let row = 0; row < 2; row++) send('ArrowDown');
                document.body.dataset.failed = document.getElementById('tip').textContent;
                send('Escape');
                """, temp);
        assertTrue(
                dom.matches("(?s).*data-pointed=\"[^\"]*wall time [^\"]* round [^\"]* % take no more\".*"), "pointed");
        assertTrue(dom.matches("(?s).*data-last=\"sleep 0.04wall time [^\"]*it exited with 0\".*"), "the last one");
        assertTrue(
                dom.matches("(?s).*data-failed=\"[^\"]*4wall time [^\"]*it exited with 1\".*"), "one that has failed");
    }
}
