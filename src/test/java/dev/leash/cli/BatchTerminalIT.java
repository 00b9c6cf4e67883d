package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
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
        Files.writeString(temp.resolve("jobs"), "echo out\nfalse\nuntil [ -e go ]; do sleep 0.02; done\n");
    }

    /** The command is a shell on a terminal of 100 columns. */
    private Command terminal(String script) {
        return Leash.shell(script).directory(temp).env("TERM", "xterm").terminal(100, 24);
    }

    /** Lets the last job end when the bar says that it is the last, and returns what was shown. */
    private String shown(String script) throws Exception {
        Child child = Leash.start(terminal(script).stdout(Output.pipe()));
        StringBuilder shown = new StringBuilder();
        try (Reader from = new InputStreamReader(child.stdout(), StandardCharsets.ISO_8859_1)) {
            for (int character = from.read(); character >= 0; character = from.read()) {
                shown.append((char) character);
                if (character == 's' && shown.toString().endsWith("2/3 jobs") && !Files.exists(go())) {
                    Files.createFile(go());
                }
            }
        }
        assertEquals(1, Leash.status(child.await()));
        return shown.toString();
    }

    private Path go() {
        return temp.resolve("go");
    }

    @Test
    void onATerminalThereIsABarWithRateAndTimeLeft() throws Exception {
        String shown = shown("exec \"$LEASH\" batch -j1 jobs");
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
        Files.createFile(go());
        Result piped = Leash.run(
                Leash.shell("exec \"$LEASH\" batch -j1 jobs").directory(temp).env("TERM", "xterm"));
        assertEquals("out\n", Leash.out(piped));
        assertFalse(Leash.err(piped).contains("\r"), Leash.err(piped));
        assertFalse(Leash.err(piped).contains("jobs/s"), Leash.err(piped));
        String dumb = Leash.out(Leash.run(terminal("TERM=dumb exec \"$LEASH\" batch -j1 jobs")));
        assertFalse(dumb.contains("jobs/s"), dumb);
        Leash.run(terminal("exec \"$LEASH\" batch -j1 jobs 2>err"));
        assertFalse(Files.readString(temp.resolve("err")).contains("jobs/s"));
    }

    @Test
    void standardOutputIsCleanWhereOnlyTheMessagesAreOnATerminal() throws Exception {
        String shown = shown("exec \"$LEASH\" batch -j1 jobs >out");
        assertEquals("out\n", Files.readString(temp.resolve("out")));
        assertTrue(shown.contains("jobs/s"), shown);
    }
}
