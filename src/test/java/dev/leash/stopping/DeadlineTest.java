package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpecOf;
import dev.leash.Stdin;
import dev.leash.support.Patience;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** G2: the deadline holds; and G8: whatever other children do. */
@Timeout(60)
class DeadlineTest extends RunsCommands {
    /** No machine that works at all is as late as that. */
    private static final Duration LATE = Duration.ofSeconds(5);

    @Test
    void exitBeforeDeadlineIsNeverATimeout() throws Exception {
        for (int round = 0; round < 100; round++) {
            Result result = run(sh("exit 7").timeout(Duration.ofSeconds(30)));
            assertExited(7, result);
        }
    }

    @Test
    void timeoutIsNeverEarly() throws Exception {
        for (int round = 0; round < 30; round++) {
            Result result = run(Command.of("sleep", "60").timeout(Duration.ofNanos(10_000_001L + 137_003L * round)));
            assertTimedOutAndKilled(result); // that neither it nor its signal was early is checked in all results
            assertAtMost(LATE, result.wallTime());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 100_000})
    void timeoutShorterThanAStartKills(long nanos) throws Exception {
        Result result = run(sh("while :; do :; done").timeout(Duration.ofNanos(nanos)));
        assertTimedOutAndKilled(result);
        assertAtMost(LATE, result.wallTime());
    }

    @Test
    void zeroAndNegativeTimeoutsAreRefused() {
        Command command = Command.of("true");
        for (Duration refused : List.of(
                Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(-100), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThrows(IllegalArgumentException.class, () -> command.timeout(refused));
        }
        assertThrows(NullPointerException.class, () -> command.timeout(null));
    }

    @Test
    void hugeTimeoutsAreForEver() throws Exception {
        for (Duration huge : List.of(
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofNanos(Long.MAX_VALUE - 1),
                Duration.ofDays(106_751))) {
            assertExited(0, run(sh("sleep 0.05").timeout(huge)));
        }
    }

    @Test
    void manyDeadlinesAreAllKept() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < 60; index++) {
            children.add(start(Command.of("sleep", "60").timeout(millis(50 + index * 37 % 300))));
        }
        for (Child child : children) {
            Result result = checked(child.await());
            assertTimedOutAndKilled(result);
            assertAtMost(LATE.plus(Duration.ofNanos(SpecOf.run(result.command()).timeoutNanos())), result.wallTime());
        }
    }

    @Test
    void floodingNeighboursDoNotDelayADeadline() throws Exception {
        List<Child> floods = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            floods.add(start(sh("exec cat /dev/zero").stdout(Output.captureTail(10))));
        }
        List<Duration> late = new ArrayList<>();
        for (int round = 0; round < 8; round++) {
            Result result = run(Command.of("sleep", "60").timeout(millis(20)));
            assertTimedOutAndKilled(result);
            late.add(result.stopSteps().getFirst().after().minus(millis(20)));
        }
        floods.forEach(Child::kill);
        for (Child flood : floods) {
            flood.await();
        }
        // The loop's share of two processors that the floods want too. A flood that was served to its end has none.
        late.sort(null);
        assertAtMost(Duration.ofSeconds(1), late.get(late.size() / 2));
    }

    @Test
    void deadlineHoldsThoughTheProgramIsStopped() throws Exception {
        Result result = run(sh("kill -STOP $$; exit 0").timeout(millis(200)));
        assertTimedOutAndKilled(result);
        assertAtMost(LATE, result.wallTime());
    }

    @Test
    void deadlineHoldsThoughTheProgramNeverReadsItsInput() throws Exception {
        Result result = run(
                Command.of("sleep", "60").stdin(Stdin.bytes(new byte[1 << 20])).timeout(millis(200)));
        assertTimedOutAndKilled(result);
        assertAtMost(LATE, result.wallTime());
    }

    @Test
    void quickRunsWithAnHourToGoEndAtOnce() throws Exception {
        long start = System.nanoTime();
        for (int round = 0; round < 300; round++) {
            assertExited(0, run(Command.of("true").timeout(Duration.ofHours(1))));
        }
        assertAtMost(Patience.seconds(30), Duration.ofNanos(System.nanoTime() - start));
        assertEquals(List.of(), alive());
        assertTrue(supervisor.start(Command.of("true")).await().succeeded());
    }

    @Test
    void drainTimeOfZeroStillWaitsForTheDeathsItCaused() throws Exception {
        for (int round = 0; round < 10; round++) {
            Result late = run(sh("sleep 60 & sleep 60").timeout(millis(30)).drainTime(Duration.ZERO));
            assertTimedOutAndKilled(late);
            assertEquals(List.of(), alive());

            Result early = run(sh("sleep 60 & echo GO").drainTime(Duration.ZERO));
            assertExited(0, early);
            assertEquals("GO\n", early.stdout());
            assertEquals(List.of(), alive());
        }
    }

    @Test
    void drainTimeOfZeroLosesNothingThatWasWritten() throws Exception {
        for (int round = 0; round < 50; round++) {
            Result result = run(sh("echo hello").drainTime(Duration.ZERO));
            assertExited(0, result);
            assertEquals("hello\n", result.stdout());
            assertTrue(result.outputComplete());
        }
    }

    /** The loop that has the deadline's timer cannot look, but the clock says what came first. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stopAfterTheDeadlineIsNoCancelThoughTheLoopIsHeldUp(boolean awaited) throws Exception {
        Duration timeout = millis(1500);
        Child child = start(Command.of("sleep", "60").timeout(timeout));
        long started = System.nanoTime();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                if (awaited) {
                    child.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        // On a machine that stands still the wait is over before it has been seen: then there is less to be tried.
        eventually("it waits", () -> !awaited || isAwaiting(waiter) || !waiter.isAlive());
        HeldLoop loop = new HeldLoop();
        eventually("the deadline is over", () -> System.nanoTime() - started > timeout.toNanos());
        child.stop();
        loop.release();
        assertEquals(Cause.TIMED_OUT, child.result().get(30, TimeUnit.SECONDS).cause());
        waiter.join();
        assertExited(0, loop.await());
    }
}
