package dev.leash.cli.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
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
        return new WholeLines(sink, prefix == null ? null : () -> prefix.getBytes(ISO_8859_1), inMemory, atMost);
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
}
