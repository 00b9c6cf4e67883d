package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output that leash itself cannot write. */
@Timeout(180)
class LostOutputIT {
    private static final String FULL = "leash: cannot write standard output: No space left on device (ENOSPC)\n";
    private static final String CLOSED = "leash: cannot write standard output: Bad file descriptor (EBADF)\n";

    /** Waits until nobody can read any more what is written to standard output. */
    private static final String READER_GOES = "until (trap '' PIPE; ! echo) 2>/dev/null; do sleep 0.02; done; ";

    @TempDir
    Path temp;

    @BeforeEach
    void jobs() throws Exception {
        Files.writeString(temp.resolve("jobs"), "echo hi\n");
        // The first loss comes when the last one runs.
        Files.writeString(
                temp.resolve("many"),
                "until [ -e up ]; do sleep 0.02; done; echo 1\nsleep 0.2; : 2\n: >up; sleep 60.6\n");
    }

    private Result sh(String script) throws Exception {
        return Leash.run(Leash.shell(script).directory(temp));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --prefix -- echo hi",
                "run --idle-timeout 20s -- echo hi",
                "run --tty -- echo hi",
                "run --json -- echo hi",
                "run --json -- /no/such",
                "run --prefix --timeout 20s -- sh -c 'echo hi; sleep 60'",
                "--help",
                "--version",
                "run --help",
                "batch --help",
                "doctor",
                "doctor --json",
                "man",
                "completion zsh",
            })
    void isTheStatusOfAFailureAndOneSentence(String line) throws Exception {
        Result full = sh("\"$LEASH\" " + line + " >/dev/full");
        assertEquals(FULL, Leash.err(full));
        assertEquals(125, Leash.status(full));
        if (!line.contains("--prefix") && !line.contains("--idle")) {
            // There the program has its caller's stream: none.
            Result closed = sh("\"$LEASH\" " + line + " >&-");
            assertEquals(CLOSED, Leash.err(closed));
            assertEquals(125, Leash.status(closed));
        }
        Result gone = sh("{ " + READER_GOES + "\"$LEASH\" " + line + "; echo $? >status; } | :");
        assertEquals("", Leash.err(gone), "as any filter");
        assertEquals("141\n", Files.readString(temp.resolve("status")));
    }

    @Test
    void whoIgnoresPipesIsTold() throws Exception {
        Result gone =
                sh("trap '' PIPE; { " + READER_GOES + "\"$LEASH\" run --prefix -- echo hi; echo $? >status; } | :");
        assertEquals("leash: cannot write standard output: Broken pipe (EPIPE)\n", Leash.err(gone));
        assertEquals("125\n", Files.readString(temp.resolve("status")));
    }

    @Test
    void standardErrorCountsAsWell() throws Exception {
        assertEquals(125, Leash.status(sh("\"$LEASH\" run --prefix -- sh -c 'echo hi >&2' 2>/dev/full")));
        assertEquals(125, Leash.status(sh("\"$LEASH\" batch jobs 2>/dev/full")), "the summary");
        assertEquals(0, Leash.status(sh("\"$LEASH\" batch jobs 2>&-")), "who closes it wants to hear nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch -j3", "batch -j3 --json"})
    void aBatchWhoseOutputIsLostEnds(String line) throws Exception {
        Result full = sh("\"$LEASH\" " + line + " --joblog log many >/dev/full");
        assertEquals(125, Leash.status(full));
        assertEquals(1, Leash.err(full).split("cannot write", -1).length - 1, Leash.err(full));
        assertTrue(Leash.err(full).endsWith(FULL), Leash.err(full));
        assertTrue(Files.readString(temp.resolve("log")).contains("\"cause\":\"cancelled\""), Leash.err(full));
        Result closed = sh("\"$LEASH\" " + line + " many >&-");
        assertEquals(125, Leash.status(closed));
        assertTrue(Leash.err(closed).endsWith(CLOSED), Leash.err(closed));
        Result gone = sh("{ " + READER_GOES + "\"$LEASH\" " + line + " many; echo $? >status; } | :");
        assertEquals("", Leash.err(gone), "as any filter");
        assertEquals("141\n", Files.readString(temp.resolve("status")));
    }

    @Test
    void theSummaryOfABatchInJsonIsPartOfItsOutput() throws Exception {
        Files.writeString(temp.resolve("none"), "# nothing\n");
        Result full = sh("\"$LEASH\" batch --json none >/dev/full");
        assertEquals(FULL, Leash.err(full));
        assertEquals(125, Leash.status(full));
    }

    @Test
    void whatIsWrittenBeforeAReaderGoesArrives() throws Exception {
        Result head = sh("\"$LEASH\" run --prefix -- sh -c 'while echo y; do :; done' | head -n 2");
        assertEquals(2, Leash.out(head).lines().count());
        assertEquals("", Leash.err(head));
        assertFalse(Leash.out(head).contains("dev.leash"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version"})
    void timeoutTellsItInTheWordsOfTheOriginal(String option) throws Exception {
        Result full = sh("\"$LEASH\" timeout " + option + " >/dev/full");
        assertEquals("timeout: write error: No space left on device\n", Leash.err(full));
        assertEquals(125, Leash.status(full));
        sh("{ " + READER_GOES + "\"$LEASH\" timeout " + option + "; echo $? >status; } | :");
        assertEquals("141\n", Files.readString(temp.resolve("status")));
    }
}
