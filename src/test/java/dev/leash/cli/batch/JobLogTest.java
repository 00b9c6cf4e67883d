package dev.leash.cli.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job log holds after its disk was full, its writer was killed, or an editor had it. */
@Timeout(60)
class JobLogTest {
    private final CallState state = CallState.create();

    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("log");
    }

    private static BatchJob job(int line) {
        return BatchJob.shell(line, 4711L * line, ("echo '{\"" + line).getBytes(UTF_8));
    }

    /** The line of a job that has succeeded, without its end. */
    private static String record(int line) {
        return "{\"digest\":\"%016x\",\"line\":%d,\"command\":[\"/bin/sh\",\"-c\",\"echo '{\\\"%d\"],\"fate\":\"succeeded\"}"
                .formatted(job(line).digest(), line, line);
    }

    private JobLog open() throws Exception {
        return JobLog.open(state, file.toString(), true);
    }

    private JobLog open(String text) throws Exception {
        Files.writeString(file, text);
        return open();
    }

    private static void assertDone(JobLog log, int... lines) throws Exception {
        List<Integer> expected = java.util.Arrays.stream(lines).boxed().toList();
        for (int line = 1; line <= 4; line++) {
            assertEquals(expected.contains(line), log.isDone(job(line)), "job " + line);
        }
    }

    private static JobEnd lost(int line) {
        return new JobEnd(job(line), 0, List.of(), Instant.EPOCH, 0, 0, null, null);
    }

    @Test
    void aLastLineThatWasCutAnywhereCountsAsNotWritten() throws Exception {
        String cut = record(2);
        for (int length = 0; length < cut.length(); length++) {
            JobLog log = open(record(1) + "\n" + cut.substring(0, length));
            assertDone(log, 1);
            assertNull(log.loss());
            log.append(lost(2));
            log.close();
            List<String> lines = Files.readAllLines(file);
            assertEquals(2, lines.size());
            assertEquals(record(1), lines.getFirst());
            assertTrue(lines.get(1).endsWith("}"), lines.get(1));
        }
    }

    @Test
    void ofALineThatHoldsHalfARecordAndAWholeOneTheWholeOneCounts() throws Exception {
        String cut = record(2);
        for (int length = 1; length < cut.length(); length++) {
            String text = record(1) + "\n" + cut.substring(0, length) + record(3) + "\n" + record(4) + "\n";
            JobLog log = open(text);
            assertDone(log, 1, 3, 4);
            assertTrue(String.valueOf(log.loss()).startsWith("line 2 of the job log '" + file), log.loss());
            log.close();
            assertEquals(text, Files.readString(file));
        }
    }

    @Test
    void manyTornLinesAreTold() throws Exception {
        String torn = "{\"digest\":\"00\n";
        JobLog log = open(torn + record(1) + "\n" + torn.repeat(6));
        assertDone(log, 1);
        assertTrue(String.valueOf(log.loss()).startsWith("lines 1, 3, 4, 5, 6 and 2 more of the job log"), log.loss());
    }

    @Test
    void aLogWithoutItsLastEndOfLineIsWhole() throws Exception {
        JobLog log = open(record(1) + "\n" + record(2));
        assertDone(log, 1, 2);
        log.append(lost(3));
        assertEquals(3, Files.readAllLines(file).size());
        assertEquals(record(2), Files.readAllLines(file).get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n\n", " \t\n", "\n"})
    void whatAnEditorDoesToTheEndsOfLinesIsOfNoMatter(String end) throws Exception {
        JobLog log = open("\ufeff" + record(1) + end + record(2) + end);
        assertDone(log, 1, 2);
        assertNull(log.loss());
    }

    @Test
    void zerosThatAMachineLeftWhenItWentDownAreNoRecord() throws Exception {
        JobLog log = open(record(1) + "\n" + "\0".repeat(512) + record(2) + "\n" + record(3) + "\n" + "\0".repeat(99));
        assertDone(log, 1, 2, 3);
        assertTrue(String.valueOf(log.loss()).startsWith("line 2 "), log.loss());
    }

    @ParameterizedTest
    @ValueSource(strings = {"what is this", "{}", "[1]", "{\"line\":1}", "digest"})
    void aFileThatIsNoJobLogIsRefusedAndKept(String text) throws Exception {
        for (String end : List.of("", "\n", "\n" + record(1) + "\n")) {
            UsageException e = assertThrows(UsageException.class, () -> open(text + end));
            assertTrue(e.getMessage().startsWith("line 1 of '" + file), e.getMessage());
            assertEquals(text + end, Files.readString(file));
        }
        UsageException later = assertThrows(UsageException.class, () -> open(record(1) + "\n" + text + "\n"));
        assertTrue(later.getMessage().startsWith("line 2 of '" + file), later.getMessage());
    }

    @Test
    void aLineThatCouldNotBeWrittenAsAWholeIsTakenBack() throws Exception {
        JobLog log = open(record(1) + "\n");
        byte[] before = Files.readAllBytes(file);
        // A part of the next line is written, and then the write fails: as on a disk that is full.
        limitFileSize(before.length + 20);
        try {
            for (int attempt = 0; attempt < 2; attempt++) {
                IOException e = assertThrows(IOException.class, () -> log.append(lost(2)));
                assertEquals("cannot write the job log " + file + ": File too large (EFBIG)", e.getMessage());
                assertArrayEquals(before, Files.readAllBytes(file));
            }
        } finally {
            limitFileSize(ProcessControls.UNLIMITED);
        }
        log.append(lost(3));
        log.close();
        JobLog again = open();
        assertNull(again.loss());
        assertDone(again, 1);
        assertEquals(2, Files.readAllLines(file).size());
    }

    private void limitFileSize(long bytes) {
        int set = ProcessControls.setLimit(state, 0, Resources.FSIZE, bytes, ProcessControls.UNLIMITED);
        Assumptions.assumeTrue(set == 0, "this user has a limit of file size already, which cannot be lifted");
    }

    @Test
    void aFullDeviceIsNamed() throws Exception {
        JobLog log = JobLog.open(state, "/dev/full", false);
        IOException e = assertThrows(IOException.class, () -> log.append(lost(1)));
        assertEquals("cannot write the job log /dev/full: No space left on device (ENOSPC)", e.getMessage());
        assertFalse(log.isDone(job(1)));
    }

    @Test
    void whatCannotBeReadCannotBeResumedFrom() {
        UsageException e = assertThrows(UsageException.class, () -> JobLog.open(state, "/dev/zero", true));
        assertEquals("--resume needs a job log that can be read, and '/dev/zero' is no regular file", e.getMessage());
    }
}
