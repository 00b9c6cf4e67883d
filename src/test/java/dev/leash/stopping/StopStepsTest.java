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
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.StopStepTaken;
import dev.leash.StragglerPolicy;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stop plans on real children: every step is taken in time, and no longer waited for than there is somebody. */
@Timeout(60)
class StopStepsTest extends RunsCommands {
    private static final Duration LONG = Duration.ofSeconds(40);

    private static StopPlan termThenKill(Duration grace) {
        return StopPlan.signal(Signal.TERM).then(grace).kill();
    }

    private static List<Signal> signals(Result result) {
        return result.stopSteps().stream().map(StopStepTaken::signal).toList();
    }

    @Test
    void programThatIgnoresTermIsKilledAtTheEndOfTheLadder() throws Exception {
        Result result = run(Command.of(Children.path("ignores-term"))
                .timeout(millis(3000))
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(millis(150))
                        .signal(Signal.parse("URG"))
                        .then(millis(200))
                        .kill()));
        assertEquals("ready\n", result.stdout());
        assertTimedOutAndKilled(result);
        assertEquals(List.of(Signal.TERM, Signal.parse("URG"), Signal.KILL), signals(result));
        Duration term = result.stopSteps().get(0).after();
        Duration urg = result.stopSteps().get(1).after();
        Duration kill = result.stopSteps().get(2).after();
        assertAtLeast(millis(3000), term);
        assertAtLeast(millis(150), urg.minus(term));
        assertAtLeast(millis(200), kill.minus(urg));
        assertAtLeast(kill, result.wallTime());
        assertAtMost(Duration.ofSeconds(10), result.wallTime());
        assertEquals(0, result.stragglersKilled(), "all were killed together with the leader");
        assertEquals(List.of(), alive());
    }

    @Test
    void ladderEndsWhenEverythingIsGoneAndNotWhenTheTimeIsUp() throws Exception {
        Result result = run(sh("sleep 60 & sleep 60").timeout(millis(200)).stopPlan(termThenKill(LONG)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
        assertEquals(List.of(Signal.TERM), signals(result));
        assertAtMost(Duration.ofSeconds(10), result.wallTime());
    }

    @Test
    void ladderWaitsForTheMembersThoughTheLeaderIsGone() throws Exception {
        // The member takes a while to end well, and is given it.
        Child child = start(Command.of(Children.path("member-ends-slowly")));
        eventually("the leader sleeps, and the member has a sleep, so it has set its trap", () -> sleepers() == 2);
        long start = System.nanoTime();
        child.stop(termThenKill(LONG));
        Result result = checked(child.await());
        assertAtMost(Duration.ofSeconds(15), Duration.ofNanos(System.nanoTime() - start));
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
        assertEquals("member ended well\n", result.stdout());
        assertEquals(List.of(Signal.TERM), signals(result));
        assertEquals(0, result.stragglersKilled());
        assertTrue(result.outputComplete());
    }

    @Test
    void membersThatIgnoreTermAreKilledAtTheEndOfTheLadderAndCounted() throws Exception {
        Child child = start(Command.of(Children.path("members-ignore-term"), "3"));
        eventually(
                "the members ignore it",
                () -> ProcScan.group((int) child.pid()).size() == 4 && ProcScan.sleepers((int) child.pid()) == 4);
        child.stop(termThenKill(millis(300)));
        Result result = checked(child.await());
        assertEquals(Cause.CANCELLED, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
        assertEquals(List.of(Signal.TERM, Signal.KILL), signals(result));
        assertAtLeast(
                millis(300),
                result.stopSteps()
                        .get(1)
                        .after()
                        .minus(result.stopSteps().get(0).after()));
        assertEquals(3, result.stragglersKilled());
        assertEquals(List.of(), alive());
    }

    @Test
    void stoppedProgramIsContinuedToActOnTerm() throws Exception {
        Child child = start(Command.of(Children.path("exits-zero-on-term")));
        eventually("it sleeps", () -> sleepers() == 1);
        child.signal(Signal.STOP);
        eventually("both are stopped", () -> alive().stream().allMatch(info -> info.state() == 'T'));
        child.stop(termThenKill(LONG));
        Result result = checked(child.await());
        assertEquals(Cause.CANCELLED, result.cause());
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertEquals("ready\nbye\n", result.stdout());
        assertEquals(List.of(Signal.TERM), signals(result), "the CONT is no step");
    }

    @Test
    void stoppedProgramIsKilled() throws Exception {
        Child child = start(sh("sleep 60 & sleep 60"));
        eventually("both sleep", () -> sleepers() == 2);
        child.signal(Signal.STOP);
        eventually("all are stopped", () -> alive().stream().allMatch(info -> info.state() == 'T'));
        child.kill();
        Result result = checked(child.await());
        assertTrue(killed(result));
        assertEquals(List.of(), alive());
    }

    @Test
    void killOvertakesALadder() throws Exception {
        Child child = start(Command.of(Children.path("ignores-term")).stopPlan(termThenKill(LONG)));
        eventually("it ignores TERM", () -> alive().stream()
                .anyMatch(info -> info.name().equals("sleep")));
        child.stop();
        assertTrue(child.await(millis(100)).isEmpty());
        child.kill();
        Result result = checked(child.await());
        assertEquals(Cause.CANCELLED, result.cause());
        assertTrue(killed(result));
        assertEquals(List.of(Signal.TERM, Signal.KILL), signals(result));
        assertAtMost(Duration.ofSeconds(10), result.wallTime());
    }

    @Test
    void killOvertakesALadderThatWaitsForMembersOnly() throws Exception {
        Child child =
                start(Command.of(Children.path("members-ignore-term"), "2").stopPlan(termThenKill(LONG)));
        eventually("the members ignore it", () -> ProcScan.sleepers((int) child.pid()) == 3);
        child.stop();
        eventually("the leader is gone", () -> !ProcScan.alive(child.pid()));
        assertTrue(child.isRunning());
        child.kill();
        Result result = checked(child.await());
        assertEquals(2, result.stragglersKilled());
        assertEquals(List.of(Signal.TERM, Signal.KILL), signals(result));
        assertEquals(List.of(), alive());
    }

    @Test
    void stopAfterATimeoutKeepsTheFirstCause() throws Exception {
        Child child = start(
                Command.of(Children.path("ignores-term")).timeout(millis(3000)).stopPlan(termThenKill(LONG)));
        eventually(
                "the deadline's TERM was sent", () -> child.await(millis(3100)).isEmpty());
        child.kill();
        Result result = checked(child.await());
        assertTimedOutAndKilled(result);
    }

    @Test
    void leftStragglersDoNotHoldUpALadder() throws Exception {
        Child child = start(Command.of(Children.path("members-ignore-term"), "1")
                .stragglers(StragglerPolicy.LEAVE)
                .drainTime(millis(100)));
        eventually("the member ignores it", () -> ProcScan.sleepers((int) child.pid()) == 2);
        child.stop(termThenKill(LONG));
        Result result = checked(child.await());
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
        assertFalse(result.outputComplete());
        assertEquals(0, result.stragglersKilled());
        assertEquals(1, alive().size(), "it was asked, it did not, it is left");
        killEscaped();
    }

    @Test
    void everyMemberGetsTheSignalOnce() throws Exception {
        Child child = start(Command.of(Children.path("counts-usr1")));
        eventually("both are ready", () -> sleepers() == 2);
        child.signal(Signal.USR1);
        child.stop(termThenKill(LONG));
        Result result = checked(child.await());
        assertEquals("leader got USR1\n", result.stdout());
        assertEquals("member got USR1\n", result.stderr());
    }
}
