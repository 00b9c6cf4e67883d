package dev.leash.internal.logfile;

import static dev.leash.internal.logfile.Logs.give;
import static dev.leash.internal.logfile.Logs.read;
import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.io.ChunkConsumer;
import dev.leash.support.RecordedLog;
import dev.leash.support.Skip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be opened, or cannot be written. */
@Timeout(120)
class LogFailuresTest {
    @TempDir
    Path temp;

    @Test
    void aFullDiskCostsLinesWhichAreCountedAndNothingElse() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        Skip.unless(
                run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()) == 0,
                "a small file system cannot be mounted here");
        try (RecordedLog warnings = new RecordedLog()) {
            Path filler = Files.write(disk.resolve("filler"), new byte[40_000]);
            Path file = disk.resolve("log");
            StringBuilder given = new StringBuilder();
            try (OpenLog log = Logs.open(file)) {
                ChunkConsumer sink = log.sink();
                for (int n = 0; n < 1_000; n++) {
                    give(sink, line(given, n));
                }
                eventually("reported", () -> !warnings.about(file).isEmpty());
                assertFalse(read(file).endsWith("\n"), "the disk became full within a line");
                Files.delete(filler);
                eventually("goes on", () -> {
                    give(sink, line(given, 1_000));
                    return read(file).contains("lost");
                });
                give(sink, line(given, 1_001));
            }
            String written = read(file);
            Matcher note = Pattern.compile(
                            "\nleash: (\\d+) bytes of this log were lost: No space left on device \\(ENOSPC\\)\n")
                    .matcher(written);
            assertTrue(note.find(), written);
            String before = written.substring(0, note.start());
            String after = written.substring(note.end());
            assertTrue(given.toString().startsWith(before) && given.toString().endsWith(after), written);
            assertEquals(given.length(), before.length() + after.length() + Integer.parseInt(note.group(1)));
            assertFalse(note.find(), "once");
            assertEquals(1, warnings.about(file).size(), warnings.about(file).toString());
            assertTrue(warnings.about(file).get(0).contains("cannot be written: No space left on device (ENOSPC)"));
        } finally {
            assertEquals(0, run("umount", "-l", disk.toString()));
        }
    }

    private static String line(StringBuilder given, int n) {
        String line = n + " " + "x".repeat(90) + "\n";
        given.append(line);
        return line;
    }

    @Test
    void aDeviceThatIsAlwaysFullIsReportedAtItsStartAndAtItsEnd() throws Exception {
        try (RecordedLog warnings = new RecordedLog()) {
            try (OpenLog log = Logs.open(Path.of("/dev/full"))) {
                ChunkConsumer sink = log.sink();
                for (int n = 0; n < 100; n++) {
                    give(sink, "0123456789\n");
                }
            }
            eventually("reported", () -> warnings.about("/dev/full").size() == 2);
            assertTrue(
                    warnings.about("/dev/full").toString().contains("1100 bytes of this log were lost"),
                    warnings.about("/dev/full").toString());
        }
    }

    @Test
    void aReaderOfAFifoWhoTakesNothingDoesNotHoldTheServiceForEver() throws Exception {
        Path fifo = temp.resolve("fifo");
        Skip.unless(run("mkfifo", fifo.toString()) == 0, "there is no mkfifo");
        IOException unread = assertThrows(IOException.class, () -> Logs.open(fifo));
        assertEquals(
                "cannot open the log file " + fifo
                        + ": No such device or address (ENXIO): nobody reads it, or it is a socket",
                unread.getMessage());
        // Opened for both: to open it for reading waits for a writer.
        try (RecordedLog warnings = new RecordedLog();
                var reader = new java.io.RandomAccessFile(fifo.toFile(), "rw");
                OpenLog log = Logs.open(fifo)) {
            ChunkConsumer sink = log.sink();
            byte[] kib = "x".repeat(1023).concat("\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int n = 0; n < 200; n++) {
                give(sink, kib);
            }
            eventually("reported", () -> !warnings.about(fifo).isEmpty());
            assertTrue(
                    warnings.about(fifo).get(0).contains("(EAGAIN)"),
                    warnings.about(fifo).toString());
            byte[] taken = new byte[kib.length];
            reader.readFully(taken);
            assertArrayEquals(kib, taken);
        }
    }

    @Test
    void whatCannotBeOpenedIsNamedWithTheReason() throws Exception {
        Path missing = temp.resolve("missing/log");
        assertEquals(
                "cannot open the log file " + missing + ": there is no directory " + missing.getParent()
                        + ", and Leash makes none",
                refusal(missing));
        assertTrue(Files.notExists(missing.getParent()));
        assertEquals("cannot open the log file " + temp + ": it is a directory", refusal(temp));
        Path file = Files.createFile(temp.resolve("file"));
        assertEquals(
                "cannot open the log file " + file.resolve("log") + ": Not a directory (ENOTDIR)",
                refusal(file.resolve("log")));
    }

    @Test
    void aReopeningThatFailsLeavesTheFileItHad() throws Exception {
        Path directory = Files.createDirectory(temp.resolve("directory"));
        Path moved = temp.resolve("moved");
        try (OpenLog log = Logs.open(directory.resolve("log"))) {
            Path ignored = Files.move(directory, moved);
            IOException e = assertThrows(IOException.class, log::reopen);
            assertTrue(e.getMessage().contains("there is no directory " + directory), e.getMessage());
            give(log.sink(), "on\n");
            assertEquals("on\n", read(moved.resolve("log")));
        }
    }

    @Test
    void aDirectoryThatMayNotBeWrittenRefusesTheFile() throws Exception {
        Skip.unless(!System.getProperty("user.name").equals("root"), "root may write every directory");
        Path directory = Files.createDirectory(temp.resolve("directory"));
        Path file = directory.resolve("log");
        try (RecordedLog warnings = new RecordedLog();
                OpenLog log = Logs.open(file, 3, 1, null)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
            give(log.sink(), "1\n2\n");
            assertEquals("1\n2\n", read(file));
            eventually("reported", () -> !warnings.about(file).isEmpty());
            assertTrue(warnings.about(file).get(0).contains("rotated: Permission denied (EACCES)"));
            Path other = directory.resolve("other");
            assertEquals("cannot open the log file " + other + ": Permission denied (EACCES)", refusal(other));
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void aFileThatEndsWithinALineGoesOnAtAStart() throws Exception {
        Path file = Files.writeString(temp.resolve("log"), "cut sho");
        try (OpenLog log = Logs.open(file)) {
            give(log.sink(), "next\n");
        }
        assertEquals("cut sho\nnext\n", read(file));
    }

    private static String refusal(Path path) {
        return assertThrows(IOException.class, () -> Logs.open(path)).getMessage();
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            byte[] ignored = output.readAllBytes();
        }
        return process.waitFor();
    }
}
