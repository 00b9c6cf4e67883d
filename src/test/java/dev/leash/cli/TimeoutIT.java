package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StragglerPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code leash timeout}. What is expected was seen of coreutils' timeout; the cases are like those of its own tests. */
@Timeout(180)
class TimeoutIT {
    private static final String TRY = "Try 'timeout --help' for more information.\n";

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({
        "10 true, 0",
        "1d true, 0",
        "0 true, 0",
        "10.34 true, 0",
        "2.34e+5d true, 0",
        "1.18973e+4932 true, 0",
        "9223372036854775808d true, 0",
        "10 sh -c exit\\ 2, 2",
        ".1 sleep 60, 124",
        "1e-10000 sleep 60, 124",
        "-p .1 sleep 60, 143",
        "--preserve-status -s INT .1 sleep 60, 130",
        "-s 0 -k .2 .1 sleep 60, 137",
        "--foreground -s 0 -k .2 .1 sleep 60, 137",
        "--foreground .1 sleep 60, 124",
        "-s KILL .1 sleep 60, 137",
        "--sig=9 --fore .1 sleep 60, 137",
        "-fpv -k5 -sINT 30 true, 0",
        "10 no_such_program, 127",
        "10 ., 126",
        "10 /, 126",
        "invalid true, 125",
        "42D true, 125",
        "-- -1 true, 125",
        "--kill-after=invalid 1 true, 125",
        "--signal=invalid 1 true, 125",
    })
    void exitStatuses(String line, int status) throws Exception {
        assertEquals(status, Leash.status(Leash.sh("exec \"$LEASH\" timeout " + line)));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "-x 1 true, invalid option -- 'x'",
                "--foo 1 true, unrecognized option '--foo'",
                "--ver 1 true, option '--ver' is ambiguous; possibilities: '--verbose' '--version'",
                "--foreground=1 1 true, option '--foreground' doesn't allow an argument",
                "-s, option requires an argument -- 's'",
                "-s FOO 1 true, 'FOO': invalid signal",
                "abc true, invalid time interval 'abc'",
                "-k x 1 true, invalid time interval 'x'",
            })
    void badUsageIsToldInTheWordsOfTheOriginal(String line, String message) throws Exception {
        Result result = Leash.sh("exec \"$LEASH\" timeout " + line);
        assertEquals("timeout: " + message + "\n" + TRY, Leash.err(result));
        assertEquals(125, Leash.status(result));
    }

    @Test
    void missingWordsAreToldByThatLineAlone() throws Exception {
        assertEquals(TRY, Leash.err(Leash.run("timeout")));
        assertEquals(TRY, Leash.err(Leash.run("timeout", "1")));
    }

    @Test
    void aFailedStartIsToldInTheWordsOfTheOriginal() throws Exception {
        assertEquals(
                "timeout: failed to run command 'no_such': No such file or directory\n",
                Leash.err(Leash.run("timeout", "1", "no_such")));
        assertEquals(
                "timeout: failed to run command '/': Permission denied\n", Leash.err(Leash.run("timeout", "1", "/")));
    }

    @Test
    void inUtf8TheQuotesAreTypographic() throws Exception {
        Result result = Leash.run(Leash.command("timeout", "abc", "true").env("LC_ALL", "C.UTF-8"));
        assertEquals("timeout: invalid time interval \u2018abc\u2019\n" + TRY, result.stderr());
    }

    @Test
    void helpAndVersion() throws Exception {
        assertTrue(Leash.out(Leash.run("timeout", "--help")).startsWith("Usage: timeout "));
        assertTrue(Leash.out(Leash.run("timeout", "--version")).startsWith("timeout (Leash) "));
        Result full = Leash.sh("exec \"$LEASH\" timeout --help >/dev/full");
        assertEquals("timeout: write error: No space left on device\n", Leash.err(full));
        assertEquals(125, Leash.status(full));
    }

    @Test
    void verboseTellsWhatIsSent() throws Exception {
        Result result = Leash.run("timeout", "-v", "-s0", "-k.2", ".1", "sleep", "60");
        assertEquals(
                "timeout: sending signal 0 to command 'sleep'\ntimeout: sending signal KILL to command 'sleep'\n",
                Leash.err(result));
        assertEquals(new ExitStatus.Signaled(Signal.KILL, false), result.status(), "it has killed its own group");
    }

    @Test
    void calledByThatNameItIsTimeout() throws Exception {
        Path link = temp.resolve("timeout");
        Files.createSymbolicLink(link, Path.of(Leash.out(Leash.sh("printf %s \"$LEASH\""))));
        Command command = Leash.shell("PATH=" + temp + ":$PATH; timeout .1 sleep 60; echo $?");
        assertEquals("124\n", Leash.out(Leash.run(command)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "SEGV", "ABRT", "USR1", "RTMIN"})
    void itEndsByTheSignalThatEndedTheProgram(String name) throws Exception {
        Result result = Leash.run("timeout", "30", "sh", "-c", "kill -" + name + " $$");
        assertEquals(Signal.parse(name), ((ExitStatus.Signaled) result.status()).signal());
    }

    @Test
    void theGroupIsSignalledAndStragglersAreLeft() throws Exception {
        Path pids = temp.resolve("pids");
        // The shell's child is in the group and dies of the TERM; what ignores it is left alive.
        String script = "sleep 65 & echo $! >" + pids + "; (trap '' TERM; exec sleep 66) >&- 2>&- & echo $! >>" + pids
                + "; until [ \"$(cat /proc/$!/comm)\" = sleep ]; do sleep 0.02; done; : >" + temp.resolve("ready")
                + "; wait";
        // Leash itself is in that group, which the library would sweep otherwise.
        Child leash =
                Leash.start(Leash.command("timeout", "60", "sh", "-c", script).stragglers(StragglerPolicy.LEAVE));
        Leash.awaitFile(temp.resolve("ready"));
        Leash.signal(leash, Signal.ALRM); // the time is up
        assertEquals(124, Leash.status(leash.await()));
        String[] both = Files.readString(pids).split("\n", -1);
        dev.leash.support.Eventually.eventually(
                "the first is gone", () -> Leash.status(Leash.sh("kill -0 " + both[0])) != 0);
        assertEquals(0, Leash.status(Leash.sh("kill -KILL " + both[1])), "the second was alive");
    }

    @Test
    void inTheForegroundOnlyTheProgramIsSignalled() throws Exception {
        Path pid = temp.resolve("pid");
        String script = "sleep 67 >&- 2>&- & echo $! >" + pid + "; : >" + temp.resolve("ready") + "; wait";
        Command command = Leash.command("timeout", "--foreground", "60", "sh", "-c", script);
        Child leash = Leash.start(command.stragglers(StragglerPolicy.LEAVE));
        Leash.awaitFile(temp.resolve("ready"));
        Leash.signal(leash, Signal.ALRM); // the time is up
        assertEquals(124, Leash.status(leash.await()));
        assertEquals(0, Leash.status(Leash.sh("kill $(cat " + pid + ")")), "it was alive");
    }

    private Child started(String options, String traps) throws Exception {
        Path ready = temp.resolve("ready");
        Child child = Leash.start(Leash.shell(
                "exec \"$LEASH\" timeout " + options + " sh -c \"$1\"",
                traps + "; : >" + ready + "; while :; do sleep 0.05; done"));
        Leash.awaitFile(ready);
        return child;
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP", "QUIT", "USR1", "USR2", "PIPE", "XCPU", "VTALRM", "RTMIN", "RTMAX"})
    void signalsArePassedOn(String name) throws Exception {
        Child child = started("60", "trap 'exit 3' " + Signal.parse(name).number());
        Leash.signal(child, Signal.parse(name));
        assertEquals(3, Leash.status(child.await()));
    }

    @Test
    void alrmMeansThatTheTimeIsUp() throws Exception {
        Child child = started("60", ":");
        Leash.signal(child, Signal.ALRM);
        assertEquals(124, Leash.status(child.await()));
    }

    @Test
    void aPassedOnSignalStartsTheTimeToKill() throws Exception {
        Child child = started("--foreground -k .3 60", "trap '' TERM");
        Leash.signal(child, Signal.TERM);
        assertEquals(137, Leash.status(child.await()));
    }

    @Test
    void aStoppedProgramHearsTheSignal() throws Exception {
        assertEquals(124, Leash.status(Leash.run("timeout", ".5", "sh", "-c", "kill -STOP $$")));
    }

    @Test
    void timeoutsCanBeNested() throws Exception {
        Path ready = temp.resolve("ready");
        String script = "trap 'exit 3' USR1; : >" + ready + "; while :; do sleep 0.05; done";
        Child child = Leash.start(
                Leash.shell("exec \"$LEASH\" timeout -s ALRM 60 \"$LEASH\" timeout -s USR1 50 sh -c \"$1\"", script));
        Leash.awaitFile(ready);
        Leash.signal(child, Signal.ALRM);
        assertEquals(124, Leash.status(child.await()));
    }

    @Test
    void aReaderThatHasGoneDoesNotChangeTheStatus() throws Exception {
        Path status = temp.resolve("status");
        Leash.sh("{ \"$LEASH\" timeout -v .5 sleep 60 2>&1; echo $? >" + status + "; } | :");
        assertEquals("124\n", Files.readString(status));
    }

    @Test
    void anIgnoredPipeSignalStaysIgnored() throws Exception {
        Result result = Leash.sh("(trap '' PIPE && \"$LEASH\" timeout 10 yes | :) 2>&1");
        assertTrue(Leash.out(result).contains("Broken pipe"), Leash.out(result));
    }

    @Test
    void aChildOfTheCallersIsNotTakenForTheProgram() throws Exception {
        Result result = Leash.sh("sleep 0.1 & exec \"$LEASH\" timeout .5 sh -c 'sleep 60; echo late'");
        assertEquals(124, Leash.status(result));
        assertEquals("", Leash.out(result));
    }

    @Test
    void inAPipelineBothEndsSeeWhatTheyShould() throws Exception {
        assertEquals("3\n", Leash.out(Leash.sh("seq 5 | \"$LEASH\" timeout 10 head -n 3 | wc -l")));
    }
}
