package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The progress bar of {@code leash batch}. */
@Timeout(120)
class BatchTerminalIT {
    private static final String ERASE = "\r\u001b[K";

    @TempDir
    Path temp;

    @BeforeEach
    void jobs() throws Exception {
        Files.writeString(temp.resolve("jobs"), "echo out\nfalse\nsleep 0.7\n");
    }

    /** The command is a shell on a terminal of 100 columns. */
    private Result onTerminal(String script) throws Exception {
        Command command =
                Leash.shell(script).directory(temp).env("TERM", "xterm").terminal(100, 24);
        return Leash.run(command);
    }

    @Test
    void onATerminalThereIsABarWithRateAndTimeLeft() throws Exception {
        String shown = Leash.out(onTerminal("exec \"$LEASH\" batch -j1 jobs"));
        assertTrue(shown.contains("2/3 jobs (0:00:0"), shown);
        assertTrue(shown.contains(" jobs/s, 1 failed"), shown);
        assertTrue(shown.contains("out\r\n"), shown);
        // What is written takes the place of the bar, and in the end none is left.
        String end = shown.substring(shown.lastIndexOf(ERASE) + ERASE.length());
        assertTrue(end.startsWith("leash: 3 jobs in "), end);
        assertFalse(end.contains("jobs/s"), end);
        for (String line : shown.split("\r\n")) {
            String last = line.substring(line.lastIndexOf(ERASE) < 0 ? 0 : line.lastIndexOf(ERASE) + ERASE.length());
            assertTrue(last.length() < 100, last);
        }
    }

    @Test
    void elsewhereThereAreLinesOnly() throws Exception {
        Result piped = Leash.run(
                Leash.shell("exec \"$LEASH\" batch -j1 jobs").directory(temp).env("TERM", "xterm"));
        assertEquals("out\n", Leash.out(piped));
        assertFalse(Leash.err(piped).contains("\r"), Leash.err(piped));
        assertFalse(Leash.err(piped).contains("jobs/s"), Leash.err(piped));
        String dumb = Leash.out(onTerminal("TERM=dumb exec \"$LEASH\" batch -j1 jobs"));
        assertFalse(dumb.contains("jobs/s"), dumb);
        onTerminal("exec \"$LEASH\" batch -j1 jobs 2>err");
        assertFalse(Files.readString(temp.resolve("err")).contains("jobs/s"));
    }

    @Test
    void standardOutputIsCleanWhereOnlyTheMessagesAreOnATerminal() throws Exception {
        String shown = Leash.out(onTerminal("exec \"$LEASH\" batch -j1 jobs >out"));
        assertEquals("out\n", Files.readString(temp.resolve("out")));
        assertTrue(shown.contains("jobs/s"), shown);
    }
}
