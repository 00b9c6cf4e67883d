package dev.leash.internal.logfile;

import static dev.leash.internal.logfile.Logs.give;
import static dev.leash.internal.logfile.Logs.read;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.io.ChunkConsumer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the lines of a log are, however the output is cut. */
@Timeout(60)
class LogLinesTest {
    private static final int LONGEST = LogSink.LONGEST_LINE;

    @TempDir
    Path temp;

    @Test
    void linesOfTwoStreamsAreWrittenWhole() throws Exception {
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(file)) {
            ChunkConsumer out = log.sink();
            ChunkConsumer err = log.sink();
            give(out, "one ");
            give(err, "a\nb");
            give(out, "two\nthree");
            assertEquals("a\none two\n", read(file));
            err.end();
            out.end();
            assertEquals("a\none two\nb\nthree\n", read(file));
        }
    }

    @Test
    void theNextRunGoesOnInTheFileAndAnInterruptedWriterLosesNothing() throws Exception {
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(file)) {
            ChunkConsumer first = log.sink();
            Thread.currentThread().interrupt();
            give(first, "interrupted\nrest");
            first.end();
            assertTrue(Thread.interrupted(), "the interrupt is kept for the caller");
            give(log.sink(), "next run\n");
        }
        try (OpenLog log = Logs.open(file)) {
            give(log.sink(), "next JVM\n");
        }
        assertEquals("interrupted\nrest\nnext run\nnext JVM\n", read(file));
    }

    @Test
    void whatARunThatWasGivenUpHasLeftIsWrittenAtTheEnd() throws Exception {
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(file)) {
            give(log.sink(), "left");
        }
        assertEquals("left\n", read(file));
    }

    @Test
    void bytesPassUntouchedHoweverTheyAreCut() throws Exception {
        Random random = new Random(1);
        byte[] data = new byte[300_000];
        random.nextBytes(data);
        byte[] crlf = "one\r\n\r\n\r\r\n\ntwo\r\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(crlf, 0, data, 1_000, crlf.length);
        data[data.length - 1] = '\n';
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(file)) {
            ChunkConsumer sink = log.sink();
            for (int at = 0; at < data.length; ) {
                int end = Math.min(data.length, at + random.nextInt(700));
                give(sink, Arrays.copyOfRange(data, at, end));
                at = end;
            }
            sink.end();
        }
        assertArrayEquals(data, Files.readAllBytes(file));
    }

    @Test
    void onlyALongerLineComesInPieces() throws Exception {
        String longest = "x".repeat(LONGEST);
        assertEquals(longest + "\n", logged(longest + "\n"));
        assertEquals(longest + "\r\nnext\n", logged(longest + "\r\nnext"));
        assertEquals(longest + "\ny\r\n", logged(longest + "y\r\n"));
        assertEquals(longest + "\n" + longest + "\nz\n", logged(longest + longest + "z"));
        assertEquals(longest + "\n\ry\n", logged(longest + "\ry\n"));
    }

    @Test
    void aPieceEndsWithACharacter() throws Exception {
        String four = new String(Character.toChars(0x1F600));
        for (int before = 0; before < 5; before++) {
            String start = "x".repeat(LONGEST - before);
            int fits = before / 4;
            String expected = start + four.repeat(fits) + "\n" + four.repeat(3 - fits) + "\n";
            assertEquals(
                    expected,
                    new String(
                            loggedBytes((start + four.repeat(3) + "\n").getBytes(StandardCharsets.UTF_8)),
                            StandardCharsets.UTF_8));
        }
        byte[] binary = new byte[LONGEST + 10];
        Arrays.fill(binary, (byte) 0x80);
        assertEquals(LONGEST + 10 + 2, loggedBytes(binary).length, "no UTF-8: cut anywhere, one end after each piece");
    }

    @Test
    void linesBeginWithTheTimeOnRequest() throws Exception {
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(new LogSettings(file, 1_000, 1, null, true))) {
            ChunkConsumer sink = log.sink();
            give(sink, "one\n\ntw");
            give(sink, "o\n");
        }
        String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ";
        assertTrue(read(file).matches(time + "one\n" + time + "\n" + time + "two\n"), read(file));
    }

    private String logged(String text) throws Exception {
        return new String(loggedBytes(text.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    /** The same for a stream that comes at once, and for one that comes in pieces. */
    private byte[] loggedBytes(byte[] bytes) throws Exception {
        ByteArrayOutputStream results = new ByteArrayOutputStream();
        for (int piece : new int[] {bytes.length, 8_191}) {
            Path file = temp.resolve("pieces");
            Files.deleteIfExists(file);
            try (OpenLog log = Logs.open(file)) {
                ChunkConsumer sink = log.sink();
                for (int at = 0; at < bytes.length; at += piece) {
                    give(sink, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
                }
                sink.end();
            }
            if (results.size() > 0) {
                assertArrayEquals(results.toByteArray(), Files.readAllBytes(file));
            } else {
                results.writeBytes(Files.readAllBytes(file));
            }
        }
        return results.toByteArray();
    }
}
