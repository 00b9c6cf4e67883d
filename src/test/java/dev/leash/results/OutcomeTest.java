package dev.leash.results;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Usage;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** G3: cause and exit status are two things, and both are true. */
@Timeout(60)
class OutcomeTest extends RunsCommands {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 124, 126, 127, 128, 137, 143, 255})
    void exitCodeIsTheProgramsOwn(int code) throws Exception {
        Result result = run(sh("exit " + code));
        assertExited(code, result);
        assertEquals(code == 0, result.succeeded());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 9, 10, 13, 15, 34, 64})
    void signalThatEndedTheProgramIsNamed(int number) throws Exception {
        // No core file, whatever the limit and the place are.
        Result result = run(sh("ulimit -c 0; kill -" + number + " $$; sleep 60"));
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Signaled(new Signal(number), false), result.status());
        assertFalse(result.succeeded());
    }

    @Test
    void exit137AndSelfKillAndTimeoutAreThreeResults() throws Exception {
        Result exit = run(sh("exit 137"));
        Result suicide = run(sh("kill -9 $$"));
        Result timeout = run(sh("sleep 60").timeout(millis(100)));

        assertExited(137, exit);
        assertEquals(Cause.EXITED, suicide.cause());
        assertTrue(killed(suicide));
        assertTrue(suicide.stopSteps().isEmpty());
        assertTimedOutAndKilled(timeout);
        assertEquals(1, timeout.stopSteps().size());
    }

    @Test
    void exitZeroOnTermAfterTheTimeoutIsTimedOutWithExitZero() throws Exception {
        Result result = run(Command.of(Children.path("exits-zero-on-term"))
                .timeout(millis(3000))
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(30))
                        .kill()));
        assertEquals("ready\nbye\n", result.stdout());
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertFalse(result.succeeded());
        assertEquals(1, result.stopSteps().size());
        assertEquals(Signal.TERM, result.stopSteps().getFirst().signal());
    }

    @Test
    void coreDumpIsReported(@TempDir Path directory) throws Exception {
        Path pattern = Path.of("/proc/sys/kernel/core_pattern");
        boolean toFile = Files.isReadable(pattern) && !Files.readString(pattern).startsWith("|");
        Result result = run(
                sh("ulimit -c unlimited 2>/dev/null || exit 77; kill -SEGV $$").directory(directory));
        if (!toFile || result.status().equals(new ExitStatus.Exited(77))) {
            Assumptions.abort("this machine makes no core files");
        }
        assertEquals(new ExitStatus.Signaled(Signal.parse("SEGV"), true), result.status());
        assertTrue(result.toString().endsWith("ended by SIGSEGV (core dumped)"), result::toString);
    }

    @Test
    void stopAndContinueAreNoExit() throws Exception {
        Child child = start(Command.of(Children.path("exits-zero-on-term")));
        eventually("it sleeps", () -> sleepers() == 1);
        for (int round = 0; round < 3; round++) {
            assertTrue(child.signal(Signal.STOP));
            eventually("stopped", () -> ProcScan.state(child.pid()) == 'T');
            assertTrue(child.isRunning());
            assertTrue(child.await(millis(30)).isEmpty());
            assertTrue(child.signal(Signal.CONT));
            eventually("continued", () -> ProcScan.state(child.pid()) != 'T');
        }
        child.signal(Signal.TERM);
        Result result = checked(child.await());
        assertExited(0, result);
        assertEquals("ready\nbye\n", result.stdout());
    }

    @Test
    void signalThatEndsTheProgramIsNoRequestToStop() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        assertTrue(child.signal(Signal.TERM));
        Result result = checked(child.await());
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
        assertFalse(child.signal(Signal.TERM), "nobody is there");
    }

    @Test
    void wallTimeIsTheProgramsLifeNotTheDrain() throws Exception {
        long start = System.nanoTime();
        Result result = run(escaping("exec sleep 0.2").drainTime(millis(700)));
        Duration all = Duration.ofNanos(System.nanoTime() - start);
        assertAtLeast(millis(200), result.wallTime());
        assertAtMost(all.minusMillis(700), result.wallTime());
        assertFalse(result.outputComplete());
        killEscaped();
    }

    @Test
    void usageIsTheProgramsOwn() throws Exception {
        Usage busy =
                run(sh("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")).usage();
        assertTrue(busy.userTime().plus(busy.systemTime()).compareTo(millis(10)) > 0, busy::toString);
        assertTrue(busy.minorFaults() > 0, busy::toString);
        Usage idle = run(sh("sleep 0.2")).usage();
        assertAtMost(millis(150), idle.userTime());
        assertTrue(idle.voluntarySwitches() > 0, idle::toString);
    }

    @Test
    void usageHasWhatWasWrittenToADisk(@TempDir Path temp) throws Exception {
        String type = Files.getFileStore(temp).type();
        Skip.unless(!type.equals("tmpfs"), "the folder for temporary files is on no disk: " + type);
        String write = "dd if=/dev/zero of=file bs=1M count=4 conv=fsync";
        Result result = run(sh(write).directory(temp));
        assertExited(0, result);
        assertAtLeast(millis(0), result.usage().cpuTime());
        long written = result.usage().bytesToDisk();
        assertTrue(written >= 4 << 20 && written < 8 << 20, result.usage()::toString);
        assertTrue(run(sh("exit 0")).usage().bytesToDisk() < 1 << 20);
    }

    @Test
    void peakMemoryThatIsNotToBeHadSaysWhy() throws Exception {
        Result result = run(sh("exit 0"));
        assertTrue(result.peakMemory().isEmpty());
        assertTrue(result.peakMemoryObstacle().orElseThrow().contains("only a cgroup"), result::toString);
    }

    @Test
    void messageOfAFailureHasTheCommandTheLimitAndTheStatus() throws Exception {
        Result result = run(Command.of("sleep", "60 s").timeout(millis(30_000)).args("x y"));
        RunFailedException failure = assertThrows(RunFailedException.class, result::orThrow);
        assertSame(result, failure.result());
        assertEquals(
                "sleep '60 s' 'x y': exit code 1",
                failure.getMessage().lines().findFirst().orElseThrow());

        Result late = run(Command.of("sleep", "60").timeout(millis(250)));
        assertEquals("sleep 60: timed out after 0.25s, ended by SIGKILL", late.toString());
        assertThrows(RunFailedException.class, late::orThrow);
        Result fine = run(Command.of("true"));
        assertSame(fine, fine.orThrow());
    }

    @Test
    void statusOfTheProgramIsKeptWhenItsStragglersAreKilled() throws Exception {
        Result result = run(sh("sleep 60 & exit 5"));
        assertExited(5, result);
        assertEquals(1, result.stragglersKilled());
        assertInstanceOf(ExitStatus.Exited.class, result.status());
    }

    @Test
    void handleIsTheProgramWhileItRunsAndEmptyAfterwards() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        assertEquals(child.pid(), child.toHandle().orElseThrow().pid());
        child.kill();
        child.await();
        assertTrue(child.toHandle().isEmpty());
    }
}
