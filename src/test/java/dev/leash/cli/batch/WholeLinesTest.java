package dev.leash.cli.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.support.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WholeLinesTest {
    private final List<String> passed = new ArrayList<>();

    private WholeLines lines(@Nullable String prefix, int inMemory, long atMost) {
        WholeLines.Sink sink = text -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            text.to(bytes);
            passed.add(bytes.toString(ISO_8859_1));
        };
        return new WholeLines(
                sink, prefix == null ? null : () -> prefix.getBytes(ISO_8859_1), new LineSpool(), inMemory, atMost);
    }

    private void feed(WholeLines lines, String... pieces) throws Exception {
        for (String piece : pieces) {
            lines.write(piece.getBytes(ISO_8859_1));
        }
        lines.close();
    }

    @Test
    void onlyWholeLinesArePassedOnWhereverThePiecesAreCut() throws Exception {
        feed(lines(null, 100, 1000), "a", "b\nc", "\n\n", "d\r\n", "e");
        assertEquals(List.of("ab\n", "c\n\n", "d\r\n", "e\n"), passed);
    }

    @Test
    void eachLineBeginsWithThePrefix() throws Exception {
        feed(lines("> ", 100, 1000), "a", "b\nc", "\n\nx\r\n", "e");
        assertEquals(List.of("> ab\n", "> c\n> \n> x\r\n", "> e\n"), passed);
    }

    @Test
    void aLineThatGoesThroughAFileIsPassedOnAtOnce() throws Exception {
        feed(lines("> ", 4, 1000), "abc", "defghi", "jk", "lmnop", "q\nnext\nr", "stuvw\n");
        assertEquals(List.of("> abcdefghijklmnopq\n> next\n", "> rstuvw\n"), passed);
    }

    @Test
    void aLineThatIsTooLongComesInPiecesWithNoEndButItsOwn() throws Exception {
        feed(lines("> ", 4, 10), "abcdef", "ghijkl", "mno", "p\nq\n", "r".repeat(20), "s");
        assertEquals(List.of("> abcdefghijkl", "mno", "p\n> q\n", "> " + "r".repeat(20), "s", "\n"), passed);
    }

    @Test
    void everyByteComesThroughInOrder() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            passed.clear();
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) (random.nextInt(20) == 0 ? '\n' : bytes[at] == '\n' ? 'n' : bytes[at]);
            }
            WholeLines lines = lines(null, 1 + random.nextInt(50), random.nextInt(100));
            int at = 0;
            while (at < bytes.length) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(60));
                lines.write(bytes, at, length);
                at += length;
            }
            lines.close();
            String given = new String(bytes, ISO_8859_1);
            String ended = given.isEmpty() || given.endsWith("\n") ? given : given + "\n";
            assertEquals(ended, String.join("", passed));
        }
    }

    @Test
    void streamsThatShareAFileKeepTheirLinesApart() throws Exception {
        Random random = new Random(8);
        LineSpool spool = new LineSpool();
        List<WholeLines> streams = new ArrayList<>();
        List<ByteArrayOutputStream> given = new ArrayList<>();
        List<ByteArrayOutputStream> got = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ByteArrayOutputStream to = new ByteArrayOutputStream();
            got.add(to);
            given.add(new ByteArrayOutputStream());
            streams.add(new WholeLines(text -> text.to(to), null, spool, 1000, 1 << 20));
        }
        for (int round = 0; round < 400; round++) {
            int which = random.nextInt(streams.size());
            byte[] piece = new byte[1 + random.nextInt(40_000)];
            Arrays.fill(piece, (byte) ('a' + random.nextInt(26)));
            if (random.nextInt(6) == 0) {
                piece[random.nextInt(piece.length)] = '\n';
            }
            given.get(which).writeBytes(piece);
            streams.get(which).write(piece);
        }
        for (int i = 0; i < streams.size(); i++) {
            given.get(i).write('\n');
            streams.get(i).write('\n');
            streams.get(i).close();
            assertEquals(given.get(i).toString(ISO_8859_1), got.get(i).toString(ISO_8859_1));
        }
    }

    @Test
    void theSpaceOfALineIsUsedAgainAlsoIfTheLineIsForgotten() throws Exception {
        LineSpool spool = new LineSpool();
        for (int i = 0; i < 100; i++) {
            WholeLines lines =
                    new WholeLines(text -> text.to(OutputStream.nullOutputStream()), null, spool, 10, 1 << 20);
            lines.write(new byte[200_000]);
            lines.close();
        }
        assertEquals(0, spool.size());
        new WholeLines(text -> {}, null, spool, 10, 1 << 20).write(new byte[200_000]);
        assertTrue(spool.size() >= 200_000);
        Eventually.eventually("it is unreachable", () -> {
            System.gc();
            return spool.size() == 0;
        });
    }
}
