package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.internal.logfile.OpenLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of a log file, and a child whose streams both go to one. */
@Timeout(60)
class LogFileTest {
    @TempDir
    Path temp;

    @Test
    void wrongValuesAreNamed() {
        LogFile log = LogFile.of(Path.of("log"));
        assertEquals("maxSize of a log file is at least 1 byte, not 0", refusal(() -> log.maxSize(0)));
        assertEquals("keep of a log file is 0 to 10000 old files, not -1", refusal(() -> log.keep(-1)));
        assertEquals("maxAge of a log file must be positive, not PT0S", refusal(() -> log.maxAge(Duration.ZERO)));
    }

    private static String refusal(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void equalSettingsAreEqual() {
        LogFile log = LogFile.of(Path.of("/tmp/log")).maxSize(7).keep(2).maxAge(Duration.ofHours(1));
        assertEquals(
                LogFile.of(Path.of("/tmp/log"))
                        .maxAge(Duration.ofHours(1))
                        .keep(2)
                        .maxSize(7),
                log);
        assertNotEquals(log, log.timestamps(true));
        assertEquals("/tmp/log, at most 7 bytes and 1h, 2 old files", log.toString());
    }

    @Test
    void bothStreamsOfAChildGoToTheFileAndSoDoesItsNextRun() throws Exception {
        Path file = temp.resolve("log");
        try (Supervisor supervisor = Supervisor.create();
                OpenLog log = LogFile.of(file).open()) {
            Command command = Command.shell("echo out; echo err >&2; printf last")
                    .stdout(Output.consumed(log::sink))
                    .stderr(Output.consumed(log::sink));
            Result ignored = supervisor.run(command);
            Result again = supervisor.run(command);
            assertEquals(new ExitStatus.Exited(0), again.status());
        }
        assertEquals(
                "err\nerr\nlast\nlast\nout\nout\n",
                Files.readAllLines(file).stream().sorted().reduce("", (all, line) -> all + line + "\n"));
    }
}
