package dev.leash.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogFeedTest {
    private final LogFeed logs = new LogFeed();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> last(int most) {
        return logs.last(name -> true, most).stream().map(LogFeedTest::text).toList();
    }

    private static String text(LogFeed.Line line) {
        return line.service() + ":" + new String(line.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void linesAreWholeAndInTheOrderOfTheirEnds() throws Exception {
        OutputStream a = logs.stream("a");
        OutputStream b = logs.stream("b");
        a.write(bytes("on"));
        b.write(bytes("x\n\ny\n"));
        a.write(bytes("e\ntw"));
        a.close(); // the end of a run
        a.write(bytes("three\n"));
        assertEquals(List.of("b:x", "b:", "b:y", "a:one", "a:tw", "a:three"), last(100));
        assertEquals(List.of("a:tw", "a:three"), last(2));
        assertEquals(List.of(), last(0));
    }

    @Test
    void eachKeepsItsLastLinesWhateverOthersWrite() throws Exception {
        logs.stream("quiet").write(bytes("still here\n"));
        OutputStream loud = logs.stream("loud");
        for (int i = 0; i < 10_000; i++) {
            loud.write(bytes("line " + i + "\n"));
        }
        List<String> kept = last(Integer.MAX_VALUE);
        assertEquals("quiet:still here", kept.getFirst());
        assertEquals("loud:line 9999", kept.getLast());
        assertTrue(kept.size() < 1_500, "64 KiB, and not " + kept.size() + " lines");
        logs.keep(Set.of("loud"));
        assertEquals("loud:line 9999", last(1).getFirst());
        assertTrue(last(Integer.MAX_VALUE).stream().noneMatch(line -> line.startsWith("quiet")));
    }

    @Test
    void anEndlessLineComesInPieces() throws Exception {
        OutputStream a = logs.stream("a");
        byte[] many = new byte[100_000];
        java.util.Arrays.fill(many, (byte) 'x');
        a.write(many);
        int most = logs.last(name -> true, 100).stream()
                .mapToInt(line -> line.bytes().length)
                .max()
                .orElseThrow();
        assertEquals(16 << 10, most);
    }

    @Test
    void aFollowerMissesNothingBetweenPastAndFuture() throws Exception {
        OutputStream a = logs.stream("a");
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 1_000; i++) {
                    a.write(bytes(i + "\n"));
                }
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
            logs.close();
        });
        LogFeed.View view = logs.follow("a"::equals, Integer.MAX_VALUE);
        List<String> all =
                new ArrayList<>(view.past().stream().map(LogFeedTest::text).toList());
        for (var next = view.future().next(); next != null; next = view.future().next()) {
            assertEquals(0, next.dropped());
            all.add(text(next.item()));
        }
        writer.join();
        int first = Integer.parseInt(all.getFirst().substring(2));
        for (int i = first; i < 1_000; i++) {
            assertEquals("a:" + i, all.get(i - first));
        }
        assertEquals(1_000, first + all.size());
    }

    @Test
    void whoIsTooSlowIsToldHowManyWereDropped() throws Exception {
        OutputStream a = logs.stream("a");
        LogFeed.View view = logs.follow("a"::equals, 0);
        for (int i = 0; i < 5_000; i++) {
            a.write(bytes(i + "\n"));
        }
        int kept = 0;
        var next = view.future().next();
        for (; next.item() != null; next = view.future().next()) {
            assertEquals("a:" + kept++, text(next.item()));
        }
        assertEquals(5_000, kept + next.dropped(), "it is told although nothing comes after it");
        assertTrue(kept > 1_000 && kept < 5_000, "256 KiB, and not " + kept + " lines");
        a.write(bytes("later\n"));
        assertEquals("a:later", text(view.future().next().item()));
        logs.close();
        assertNull(view.future().next());
    }
}
