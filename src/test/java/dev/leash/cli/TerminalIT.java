package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Stdin;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** On a terminal: script(1) of util-linux makes one. */
@Timeout(120)
class TerminalIT {
    @TempDir
    Path temp;

    @BeforeEach
    void needsScript() throws Exception {
        if (Leash.status(Leash.sh("script --version")) != 0) {
            throw new TestAbortedException("script(1) of util-linux is not installed");
        }
    }

    /** Runs a script with a terminal for its input and output, on which {@code typed} is typed. */
    private Result onTerminal(String script, String typed) throws Exception {
        Path file = Files.writeString(temp.resolve("script.sh"), script);
        Command command =
                Leash.shell("exec script -qec 'sh " + file + "' /dev/null").stdin(Stdin.text(typed));
        return Leash.run(command);
    }

    @Test
    void theProgramMayReadFromTheTerminal() throws Exception {
        Result result = onTerminal("\"$LEASH\" run sh -c 'read x; echo \"<$x>\"; exit 5'; echo status $?", "word\n");
        assertTrue(Leash.out(result).contains("<word>"), Leash.out(result));
        assertTrue(Leash.out(result).contains("status 5"), Leash.out(result));
    }

    @Test
    void itMayAlsoWhenItsOutputGoesElsewhere() throws Exception {
        Path out = temp.resolve("out");
        onTerminal("\"$LEASH\" run sh -c 'read x; echo \"<$x>\"' | cat >" + out, "word\n");
        assertEquals("<word>\n", Files.readString(out));
    }

    @Test
    void theTerminalComesBackAfterATimeout() throws Exception {
        // Fields 5 and 8 of /proc/PID/stat: its own group, and the one that has the terminal.
        String look = "read -r stat </proc/$$/stat; set -- ${stat##*)}; echo \"[$3 $6]\"";
        Result result = onTerminal("\"$LEASH\" run --timeout 500ms sleep 60; " + look, "");
        assertTrue(Leash.out(result).contains("timed out"), Leash.out(result));
        assertTrue(Leash.out(result).matches("(?s).*\\[(\\d+) \\1\\].*"), Leash.out(result));
    }

    @Test
    void timeoutInTheForegroundLetsTheProgramRead() throws Exception {
        Result result = onTerminal("\"$LEASH\" timeout --foreground 20 sh -c 'read x; echo \"<$x>\"'", "word\n");
        assertTrue(Leash.out(result).contains("<word>"), Leash.out(result));
    }

    @Test
    void timeoutInAGroupOfItsOwnStillEndsAProgramThatWasStoppedForReading() throws Exception {
        Result result = onTerminal("\"$LEASH\" timeout 1 cat; echo status $?", "");
        assertTrue(Leash.out(result).contains("status 124"), Leash.out(result));
    }

    private static final String RAW = "sh -c 'stty raw -echo; : >set; exec sleep 60'";

    /** What stty(1) says of the terminal before and after, and what the script shows. */
    private void assertModesComeBack(String script, boolean back) throws Exception {
        Path before = temp.resolve("before");
        Path after = temp.resolve("after");
        Result result = onTerminal("cd " + temp + "; stty -g >" + before + "; " + script + "; stty -g >" + after, "");
        assertTrue(Files.exists(temp.resolve("set")), Leash.out(result));
        assertEquals(back, Files.readString(before).equals(Files.readString(after)), Leash.out(result));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"$LEASH\" run --timeout 2s -- " + RAW,
                "\"$LEASH\" run --timeout 2s --signal INT --grace 1s -- " + RAW,
                "\"$LEASH\" run --tty --timeout 2s -- " + RAW,
                "\"$LEASH\" run -- sh -c 'stty raw -echo; : >set; kill -9 $$'",
                "\"$LEASH\" run --tty -- sh -c ': >set; kill -9 $$'",
            })
    void theModesOfTheTerminalComeBackWhenTheProgramIsEnded(String script) throws Exception {
        assertModesComeBack(script, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void alsoWhenLeashIsToldToEndIt(String signal) throws Exception {
        for (String options : new String[] {"", "--tty "}) {
            Files.deleteIfExists(temp.resolve("set"));
            String script = "(until [ -e set ]; do sleep 0.05; done; kill -" + signal + " $$) & exec \"$LEASH\" run "
                    + options + "-- " + RAW;
            assertModesComeBack("trap : " + signal + "; sh -c '" + script.replace("'", "'\\''") + "'", true);
        }
    }

    @Test
    void whatAProgramHasSetThatEndedByItselfStays() throws Exception {
        assertModesComeBack("\"$LEASH\" run -- stty -echo; : >set", false);
    }

    @Test
    void inTheBackgroundItLeavesTheTerminalAlone() throws Exception {
        // With job control each of the two has a group of its own.
        String script = "set -m; \"$LEASH\" run --timeout 1s -- sleep 60 & stty -echo; : >set; wait";
        assertModesComeBack(script, false);
        String tty = "set -m; \"$LEASH\" run --tty --timeout 1s -- sleep 60 </dev/tty & stty -echo; wait";
        assertModesComeBack("stty echo; " + tty, false);
    }
}
