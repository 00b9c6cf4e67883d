package dev.leash.internal.logfile;

import static dev.leash.internal.logfile.Logs.give;
import static dev.leash.internal.logfile.Logs.number;
import static dev.leash.internal.logfile.Logs.read;
import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.io.ChunkConsumer;
import dev.leash.support.RecordedLog;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real files that are rotated, by Leash and by others. */
@Timeout(120)
class LogRotationTest {
    private static final int LINES = 800;

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyLineOfTwoServicesIsInOneFileOnceAndInOrder(long seed) throws Exception {
        Path file = temp.resolve("log");
        Path link = Files.createSymbolicLink(temp.resolve("link"), file);
        int maxSize = 200 + new Random(seed).nextInt(3_000);
        try (OpenLog one = Logs.open(file, maxSize, 10_000, null);
                OpenLog two = Logs.open(link, maxSize, 10_000, null)) {
            CompletableFuture<Void> a = writer(one.sink(), 'a', seed);
            CompletableFuture<Void> b = writer(two.sink(), 'b', seed + 100);
            a.join();
            b.join();
        }
        int next = 0;
        List<String> all = new ArrayList<>();
        while (Files.exists(number(file, next + 1))) {
            next++;
        }
        assertTrue(next > 5, next + " old files");
        for (int n = next; n >= 0; n--) {
            String text = read(n == 0 ? file : number(file, n));
            assertTrue(text.endsWith("\n"));
            List<String> lines = text.lines().toList();
            assertTrue(text.length() <= maxSize || lines.size() == 1, text.length() + " > " + maxSize);
            all.addAll(lines);
        }
        assertEquals(
                expected('a', seed), all.stream().filter(l -> l.startsWith("a")).toList());
        assertEquals(
                expected('b', seed + 100),
                all.stream().filter(l -> l.startsWith("b")).toList());
        assertEquals(2 * LINES, all.size());
        assertTrue(Files.isSymbolicLink(link) && Files.notExists(number(link, 1)), "not the link is rotated");
    }

    private static List<String> expected(char name, long seed) {
        Random random = new Random(seed);
        return Stream.iterate(0, n -> n + 1)
                .limit(LINES)
                .map(n -> name + " " + n + " " + "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 4_000 : 80)))
                .toList();
    }

    /** Cuts the stream anywhere, as a pipe does. */
    private static CompletableFuture<Void> writer(ChunkConsumer sink, char name, long seed) {
        String text = String.join("\n", expected(name, seed));
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread ignored = Thread.ofVirtual().start(() -> {
            try {
                Random random = new Random(seed);
                for (int at = 0; at < text.length(); ) {
                    int to = Math.min(text.length(), at + 1 + random.nextInt(6_000));
                    give(sink, text.substring(at, to));
                    at = to;
                }
                sink.end();
                end.complete(null);
            } catch (Throwable thrown) {
                end.completeExceptionally(thrown);
            }
        });
        return end;
    }

    @Test
    void soManyOldFilesAreKept() throws Exception {
        assertEquals(List.of("5"), kept(0));
        assertEquals(List.of("5", "4"), kept(1));
        assertEquals(List.of("5", "4", "3", "2"), kept(3));
    }

    /** The lines of the current file and of its old ones, newest first, after five of which one fits into a file. */
    private List<String> kept(int keep) throws Exception {
        Path file = temp.resolve("keep" + keep);
        try (OpenLog log = Logs.open(file, 3, keep, null)) {
            give(log.sink(), "1\n2\n3\n4\n5\n");
        }
        List<String> kept = new ArrayList<>(List.of(read(file).strip()));
        for (int n = 1; Files.exists(number(file, n)); n++) {
            kept.add(read(number(file, n)).strip());
        }
        return kept;
    }

    @Test
    void aFileThatIsOldIsRotatedWithItsNextLine() throws Exception {
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(file, 1_000, 1, Duration.ofMillis(300))) {
            ChunkConsumer sink = log.sink();
            give(sink, "old\n");
            eventually("rotated", () -> {
                give(sink, "new\n");
                return Files.exists(number(file, 1));
            });
            assertTrue(read(number(file, 1)).startsWith("old\n"));
            assertEquals("new\n", read(file));
        }
    }

    @Test
    void theAgeDoesNotHeedJumpsOfTheClock() {
        FileAge age = new FileAge(Duration.ofSeconds(10), 1_000);
        assertFalse(age.exceeds(Duration.ofSeconds(10), 1_000), "as old as that is not older");
        assertTrue(age.exceeds(Duration.ofSeconds(10), 1_001));
        assertFalse(age.exceeds(Duration.ofSeconds(12), 1_000 + 2_000_000_000L));
        FileAge future = new FileAge(Duration.ofDays(-9), Long.MAX_VALUE);
        assertFalse(future.exceeds(Duration.ofNanos(1), Long.MIN_VALUE), "one nanosecond later, past the end of long");
        assertTrue(future.exceeds(Duration.ofNanos(1), Long.MIN_VALUE + 1));
    }

    @Test
    void theNewFileHasThePermissionsOfTheOld() throws Exception {
        Path file = Files.createFile(temp.resolve("log"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        try (OpenLog log = Logs.open(file, 3, 1, null)) {
            give(log.sink(), "1\n2\n");
        }
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aRotationThatIsRefusedIsReportedOnceAndCostsNothing() throws Exception {
        Path file = temp.resolve("log");
        Path obstacle = Files.createDirectories(number(file, 1));
        try (RecordedLog warnings = new RecordedLog();
                OpenLog log = Logs.open(file, 3, 1, null)) {
            ChunkConsumer sink = log.sink();
            give(sink, "1\n2\n");
            give(sink, "3\n4\n");
            eventually("reported", () -> !warnings.about(file).isEmpty());
            assertEquals("1\n2\n3\n4\n", read(file));
            assertEquals(1, warnings.about(file).size(), warnings.about(file).toString());
            assertTrue(warnings.about(file).get(0).contains("cannot be rotated: Is a directory (EISDIR)"));
            Files.delete(obstacle);
        }
    }

    @Test
    void aRotationThatIsRefusedHalfWayPushesNoFileOut() throws Exception {
        Path file = temp.resolve("log");
        Files.writeString(number(file, 2), "two");
        OldFiles old = new OldFiles(file);
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                old.shift(3); // there is no current file to be moved
            } catch (java.nio.file.NoSuchFileException e) {
                assertEquals("two", read(number(file, 2)));
            }
        }
    }

    @Test
    void aFileThatWasMovedAwayIsReopenedOnRequest() throws Exception {
        Path file = temp.resolve("log");
        Path moved = temp.resolve("moved");
        try (OpenLog log = Logs.open(file)) {
            ChunkConsumer sink = log.sink();
            give(sink, "1\n");
            Path ignored = Files.move(file, moved);
            give(sink, "2\n");
            log.reopen();
            give(sink, "3\n");
            assertEquals("1\n2\n", read(moved));
            assertEquals("3\n", read(file));
        }
    }

    @Test
    void aFileThatAnotherHasReplacedIsNotRotatedAway() throws Exception {
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(file, 20, 3, null)) {
            ChunkConsumer sink = log.sink();
            give(sink, "1234567890\n");
            Path ignored = Files.move(file, temp.resolve("moved"));
            Files.writeString(file, "other\n");
            give(sink, "1234567890\n");
            assertEquals("other\n1234567890\n", read(file));
            assertTrue(Files.notExists(number(file, 1)));
        }
    }

    @Test
    void aFileThatAnotherHasTruncatedGoesOnAtItsStart() throws Exception {
        Path file = temp.resolve("log");
        try (OpenLog log = Logs.open(file, 20, 3, null)) {
            ChunkConsumer sink = log.sink();
            give(sink, "1234567890\n");
            FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
            give(sink, "abcdefghij\n");
            assertEquals("abcdefghij\n", read(file));
            assertTrue(Files.notExists(number(file, 1)));
        }
    }
}
