package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page that {@code leash batch --report} writes, in a browser. */
@Timeout(180)
class BatchPageIT {
    private static final String HOSTILE =
            "</script><script>document.title='broken into'</script><!--<img src=x onerror=alert(1)>";

    @TempDir
    Path temp;

    private Path page;

    @BeforeEach
    void makeThePage() throws Exception {
        List<String> jobs = new ArrayList<>(List.of(
                "sleep 0.3; echo first",
                "exit 3",
                "kill -9 $$",
                "sleep 60 # too long",
                "{\"argv\":[\"/no/such/program\"]}",
                ": \"" + HOSTILE + "\"",
                "{\"argv\":[\"echo\",\"\\u2028\"]}"));
        for (int number = 0; number < 300; number++) {
            jobs.add(": filler " + number);
        }
        Files.write(temp.resolve("jobs"), jobs);
        Result result = Leash.run(
                Leash.command("batch", "-j4", "--timeout", "1s", "--retries", "1", "--report", "page.html", "jobs")
                        .directory(temp)
                        .timeout(Duration.ofSeconds(100)));
        assertEquals(1, Leash.status(result), Leash.err(result));
        page = temp.resolve("page.html");
    }

    @Test
    void itFetchesNothingAndJobsAreNoMarkup() throws Exception {
        String text = Files.readString(page);
        assertTrue(text.contains("default-src 'none'"));
        assertFalse(text.matches("(?s).*(https?:|//[a-z]).*//.*"), "no address of anything");
        assertFalse(text.contains("<img"));
        assertEquals(3, text.split("</script>", -1).length - 1, "those of the template only");
    }

    @Test
    void aBrowserShowsIt() throws Exception {
        String dom = inBrowser("");
        assertTrue(dom.contains("<title>4 failed · jobs · leash batch</title>"), dom.substring(0, 600));
        assertTrue(dom.contains("<b>307</b><span>jobs ended</span>"), "the tiles");
        assertTrue(dom.contains("4 failed") && dom.contains("1 timed out") && dom.contains("1 could not be started"));
        assertEquals(200, rows(dom).size(), "the first page of the table");
        assertTrue(dom.contains("Show more (107)"));
        assertEquals("sleep 0.3; echo first", rows(dom).getFirst());
        assertTrue(dom.contains("&lt;/script&gt;&lt;script&gt;document.title='broken into'"), "as text");
        assertTrue(dom.matches("(?s).*<canvas[^>]* width=\"[1-9][0-9]{2,}\".*"), "the timeline is drawn");
    }

    @Test
    void theTableCanBeSearchedAndSorted() throws Exception {
        String dom = inBrowser("""
                const search = document.getElementById('search');
                search.value = 'filler 29';
                search.dispatchEvent(new Event('input'));
                document.querySelectorAll('th button')[0].click();
                """);
        // The line's number is searched, too: 7 jobs come before them, and lines count from 1.
        long found = IntStream.range(0, 300)
                .filter(number -> (number + " " + (number + 8)).contains("29"))
                .count();
        assertEquals(found, rows(dom).size());
        assertEquals(": filler 299", rows(dom).getFirst());
        assertTrue(dom.contains(found + " of 307 jobs"));

        dom = inBrowser("document.querySelectorAll('th button')[4].click();");
        assertEquals("sleep 60 # too long", rows(dom).getFirst(), "the longest first");

        dom = inBrowser("document.querySelector('.chip').click();");
        assertEquals(4, rows(dom).size(), "without those that succeeded");
    }

    @Test
    void aClickOnTheTimelineFindsTheJobAndADragLooksCloser() throws Exception {
        String dom = inBrowser("""
                const slow = jobs.find(job => job.label.startsWith('sleep 60'));
                const box = canvas.getBoundingClientRect();
                canvas.setPointerCapture = () => {};
                const send = (kind, x) => canvas.dispatchEvent(new PointerEvent(kind, {
                  clientX: x, clientY: box.top + AXIS + (slow.lane + .5) * laneHeight, pointerId: 1 }));
                const middle = box.left + (slow.start + slow.wall / 2) / whole.to * box.width;
                send('pointermove', middle);
                document.body.dataset.tip = document.getElementById('tip').textContent;
                send('pointerdown', middle);
                send('pointerup', middle);
                send('pointerdown', middle - 40);
                send('pointermove', middle + 40);
                send('pointerup', middle + 40);
                document.body.dataset.closer = String(view.to - view.from < whole.to / 2);
                """);
        assertTrue(dom.matches("(?s).*<tr class=\"chosen open\"[^>]*><td class=\"n\">4</td>.*"), "found");
        assertTrue(dom.matches("(?s).*data-tip=\"sleep 60 # too longline 4 · timed out at attempt 2.*"), "the tip");
        assertTrue(dom.contains("data-closer=\"true\""));
    }

    /** The jobs in the table, escaped as in the page. */
    private static List<String> rows(String dom) {
        List<String> rows = new ArrayList<>();
        Matcher matcher =
                Pattern.compile("<td class=\"job\">(.*?)</td>", Pattern.DOTALL).matcher(dom);
        while (matcher.find()) {
            rows.add(matcher.group(1));
        }
        return rows;
    }

    private String inBrowser(String script) throws Exception {
        return Browser.show(page, script, temp);
    }
}
