package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.support.Children;
import dev.leash.support.DeadlineHunt;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Five cases in which other libraries hang, leave something behind, or tell what is not so. */
@Timeout(60)
class HardCasesTest extends RunsCommands {
    /** Others kill the shell and wait for the end of the output, which the shell's sleep holds open for 10 s. */
    @Test
    void capturedShellWithSleepReturnsAtItsTimeout() throws Exception {
        long start = System.nanoTime();
        Result result = run(sh("sleep 10; echo x").timeout(millis(300)));
        assertAtMost(Duration.ofSeconds(5), Duration.ofNanos(System.nanoTime() - start));
        assertTimedOutAndKilled(result);
        assertEquals("", result.stdout());
        assertTrue(result.outputComplete());
        assertTrue(alive().isEmpty());
    }

    /** Others leave what runs in the background, and it goes on writing. */
    @Test
    void backgroundWatcherIsGoneAfterTheKill() throws Exception {
        Result result = run(Command.of(Children.path("background-watcher")).timeout(millis(3000)));
        assertTimedOutAndKilled(result);
        assertTrue(result.stdout().startsWith("started\n"), result.stdout());
        assertTrue(result.stdout().contains("tick\n"), "the watcher has written: " + result.stdout());
        assertTrue(result.outputComplete());
        assertTrue(alive().isEmpty());
    }

    /** Others wait until the last holder of the pipe has closed it, or lose what was written, or do not say. */
    @Test
    void mergedOutputWithAnEscapedGrandchildHoldingThePipeIsBoundedAndFlagged() throws Exception {
        long start = System.nanoTime();
        Result result =
                run(escaping("echo out; echo err >&2; exit 3").mergeStderr().drainTime(millis(300)));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertExited(3, result);
        assertEquals("out\nerr\n", result.stdout());
        assertEquals("", result.stderr());
        assertFalse(result.outputComplete());
        assertAtLeast(millis(300), took);
        assertAtMost(Duration.ofSeconds(5), took);
        killEscaped();
    }

    @Test
    void mergedOutputWithAnEscapedGrandchildIsBoundedAfterATimeoutToo() throws Exception {
        long start = System.nanoTime();
        Result result = run(escaping("echo out; exec sleep 60")
                .mergeStderr()
                .timeout(millis(3000))
                .drainTime(millis(300)));
        assertAtMost(Duration.ofSeconds(10), Duration.ofNanos(System.nanoTime() - start));
        assertTimedOutAndKilled(result);
        assertEquals("out\n", result.stdout());
        assertFalse(result.outputComplete());
        killEscaped();
    }

    @Test
    void sleepOfExactlyTheTimeoutNeverGetsALie() throws Exception {
        Duration timeout = millis(40);
        double[] factors = {0.9, 0.99, 0.999, 1.0, 1.001, 1.1};
        Map<Cause, Integer> causes = new EnumMap<>(Cause.class);
        for (int round = 0; round < 60; round++) {
            List<Child> children = new ArrayList<>();
            for (double factor : factors) {
                // The shell answers for what it says: "done" is written before it exits, by itself.
                String seconds = Double.toString(factor * timeout.toNanos() / 1e9);
                children.add(start(sh("sleep " + seconds + "; echo done").timeout(timeout)));
                children.add(start(Command.of("sleep", seconds).timeout(timeout)));
            }
            for (Child child : children) {
                causes.merge(judge(child.await()).cause(), 1, Integer::sum);
            }
        }
        assertTrue(causes.getOrDefault(Cause.TIMED_OUT, 0) > 60, causes::toString);
    }

    /** The timeout follows the program's own time up and down, so that they meet as often as can be. */
    @Test
    void exitInTheVeryMomentOfTheDeadlineNeverGetsALie() throws Exception {
        for (String program : List.of("sleep 0.01; echo done", "sleep 0.01; echo done; kill -TERM $$")) {
            DeadlineHunt hunt = new DeadlineHunt(12_000_000);
            for (int round = 0; round < 300; round++) {
                Duration timeout = Duration.ofNanos(hunt.timeoutNanos());
                Result result = judge(start(sh(program).timeout(timeout)).await());
                hunt.tell(result.cause() == Cause.TIMED_OUT);
            }
            assertTrue(hunt.sawBoth(), hunt::toString);
        }
    }

    private static Result judge(Result result) {
        checked(result);
        assertTrue(result.outputComplete(), result::toString);
        boolean speaks = result.command().toString().contains("echo done");
        if (result.cause() == Cause.EXITED) {
            assertFalse(killed(result), result::toString);
            assertEquals(speaks ? "done\n" : "", result.stdout(), result::toString);
            if (!result.command().toString().contains("kill")) {
                assertEquals(new ExitStatus.Exited(0), result.status(), result::toString);
            }
        } else {
            assertTimedOutAndKilled(result);
            assertTrue(result.stdout().isEmpty() || result.stdout().equals("done\n"), result.stdout());
        }
        return result;
    }

    @Test
    void cancelFromAnotherThreadWhileTheOutputIsBeingRead() throws Exception {
        for (int round = 0; round < 20; round++) {
            Child child = start(sh("yes 0123456789abcde"));
            int wait = round;
            Thread canceller = Thread.ofPlatform().start(() -> {
                // Somewhere between the first bytes and many of them.
                long until = System.nanoTime() + wait * 500_000L;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                child.kill();
            });
            Result result = checked(child.await());
            canceller.join();
            // yes may be faster than the canceller: 16 MiB in few ms.
            assertTrue(result.cause() == Cause.CANCELLED || result.cause() == Cause.OUTPUT_LIMIT, result::toString);
            assertTrue(killed(result), result::toString);
            byte[] output = result.stdoutBytes();
            byte[] line = "0123456789abcde\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < output.length; i++) {
                if (output[i] != line[i % line.length]) {
                    throw new AssertionError("byte " + i + " of " + output.length + " is " + output[i]);
                }
            }
            assertFalse(ProcScan.alive(child.pid()));
        }
        eventually("nothing is left", () -> alive().isEmpty());
    }
}
