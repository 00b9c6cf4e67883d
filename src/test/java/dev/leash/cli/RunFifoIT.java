package dev.leash.cli;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code leash run} does while its start waits for the other end of a FIFO, or its report for a reader. */
@Timeout(120)
class RunFifoIT {
    @TempDir
    Path temp;

    private String fifo;

    @BeforeEach
    void makeFifo() throws Exception {
        fifo = temp.resolve("fifo").toString();
        Leash.sh("mkfifo \"$1\"", fifo).orThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--stdin", "--stdout", "--stderr"})
    void timeoutEndsTheWait(String option) throws Exception {
        Result result = Leash.run("run", "--timeout", "200ms", option, fifo, "--", "cat");
        assertEquals(124, Leash.status(result), Leash.err(result));
        assertTrue(
                Leash.err(result).matches("leash: could not start cat: [^\n]*open this FIFO \\(ETIMEDOUT\\)\n"),
                Leash.err(result));
    }

    @Test
    void reportTellsIt() throws Exception {
        Result result = Leash.run("run", "--json", "--timeout", "200ms", "--stdin", fifo, "--", "cat");
        assertEquals(124, Leash.status(result), Leash.err(result));
        Map<String, Object> report = Json.object(result.stdoutBytes());
        assertEquals("timed_out", report.get("cause"));
        Map<?, ?> error = assertInstanceOf(Map.class, report.get("error"));
        assertEquals("ETIMEDOUT", error.get("errno"));
        assertEquals(fifo, error.get("path"));
    }

    private static boolean holdsFifo(Child child) throws Exception {
        try (var open = Files.list(Path.of("/proc/" + child.pid() + "/fd"))) {
            return open.anyMatch(fd -> {
                try {
                    return Files.readSymbolicLink(fd).endsWith("fifo");
                } catch (java.io.IOException e) {
                    return false;
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129", "QUIT, 131"})
    void signalsEndTheWait(String signal, int status) throws Exception {
        Child child = Leash.start(Leash.command("run", "--json", "--stdin", fifo, "--", "cat"));
        eventually("it waits", () -> holdsFifo(child));
        Leash.signal(child, Signal.parse(signal));
        Result result = child.await();
        assertEquals(status, Leash.status(result), Leash.err(result));
        assertEquals("cancelled", Json.object(result.stdoutBytes()).get("cause"));
    }

    @Test
    void otherSignalsWaitForTheProgram() throws Exception {
        Child child = Leash.start(Leash.command("run", "--stdin", fifo, "--", "sleep", "60"));
        eventually("it waits", () -> holdsFifo(child));
        Leash.signal(child, Signal.parse("USR1"));
        Leash.sh(": >\"$1\"", fifo).orThrow();
        assertEquals(138, Leash.status(child.await()), "sleep has died of it");
    }

    @Test
    void writerThatComesLetsItGoOn() throws Exception {
        Child child = Leash.start(Leash.command("run", "--stdin", fifo, "--", "cat"));
        Leash.sh("echo hello >\"$1\"", fifo).orThrow();
        Result result = child.await().orThrow();
        assertEquals("hello\n", Leash.out(result));
    }

    /** More than a pipe holds, and nobody reads. */
    @Test
    void reportThatNobodyReadsDoesNotKeepItFromEnding() throws Exception {
        Child child = Leash.start(Leash.shell("\"$LEASH\" run --json -- head -c 300000 /dev/zero | sleep 60; :")
                .stopPlan(StopPlan.kill()));
        // The shell around it has the words of the command in its own line, but not the class.
        String pgrep = "pgrep -g \"$1\" -f 'cli[.]Main run --json'";
        Command find = Leash.shell(pgrep, Long.toString(child.pid()));
        Command ended = Leash.shell("kill -TERM $(" + pgrep + "); sleep 0.1", Long.toString(child.pid()));
        eventually("leash runs", () -> Leash.status(Leash.run(find)) == 0);
        eventually("TERM ends it", () -> {
            Leash.run(ended);
            return Leash.status(Leash.run(find)) != 0;
        });
        assertTrue(child.isRunning(), "the reader sleeps on");
        child.kill();
        assertFalse(child.await().succeeded());
    }
}
