package dev.leash.internal.run;

import static dev.leash.Cause.CANCELLED;
import static dev.leash.Cause.CLOSED;
import static dev.leash.Cause.EXITED;
import static dev.leash.Cause.FAILED;
import static dev.leash.Cause.IDLE;
import static dev.leash.Cause.OUTPUT_LIMIT;
import static dev.leash.Cause.TIMED_OUT;
import static dev.leash.internal.run.TableRow.DEADLINE_MILLIS;
import static dev.leash.internal.run.TableRow.DRAIN;
import static dev.leash.internal.run.TableRow.FAILURE;
import static dev.leash.internal.run.TableRow.GONE;
import static dev.leash.internal.run.TableRow.HALF_THE_TIME;
import static dev.leash.internal.run.TableRow.KILL_ONLY;
import static dev.leash.internal.run.TableRow.LOOK;
import static dev.leash.internal.run.TableRow.SWEEP;
import static dev.leash.internal.run.TableRow.stop;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.Cause;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.run.TableRow.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no single row of the table shows: the order of several events, and what happens while one is being handled. */
@Timeout(60)
class RunTableOrderTest {
    private static Scene in(State state) {
        return new Scene(state);
    }

    private static void assertDone(Scene scene, String... effects) {
        assertEquals(String.join("\n", String.join(", ", effects).split(", ")), String.join("\n", scene.world.done));
        scene.world.done.clear();
    }

    private static void assertState(Scene scene, State state, Cause cause) {
        assertEquals(state, scene.table.state());
        assertEquals(cause, scene.table.cause());
    }

    // ---- What happens while another event is handled.

    @Test
    void eventThatHappensWhileAnotherIsHandledComesAfterIt() {
        Scene scene = in(State.RUNNING);
        scene.world.provenEmpty = true;
        scene.world.meanwhile.put("drain", () -> scene.table.handle(Event.PIPES_AT_END));
        scene.table.handle(Event.LAST_EXIT);
        assertDone(scene, GONE, DRAIN, HALF_THE_TIME, "cancelTimer", "timer(DELIVERY_TIME_OVER in 60000 ms)");
        assertState(scene, State.DELIVERING, EXITED);
    }

    @Test
    void eventsThatHappenMeanwhileKeepTheirOrderAndEachLooksForExits() {
        Scene scene = in(State.WAITING);
        scene.world.meanwhile.put("learnMembers", () -> {
            scene.table.handle(Event.stop(CLOSED, KILL_ONLY));
            scene.table.handle(Event.PIPES_AT_END);
            scene.table.handle(Event.LAST_EXIT);
        });
        scene.table.handle(stop(CANCELLED));
        assertDone(
                scene,
                LOOK,
                TableRow.CLIMB,
                TableRow.TERM_SENT,
                LOOK,
                TableRow.CLIMB,
                TableRow.KILL_SENT,
                LOOK,
                GONE,
                TableRow.SWEEP_AFTER_KILL);
        assertState(scene, State.SWEEPING, CANCELLED);
    }

    @Test
    void stepThatFellDueWhileANewPlanBeganIsForgotten() {
        Scene scene = in(State.WAITING);
        scene.world.meanwhile.put("look", () -> scene.table.handle(Event.STEP_DUE));
        scene.table.handle(stop(CLOSED));
        assertDone(scene, LOOK, TableRow.CLIMB, TableRow.TERM_SENT);
        assertState(scene, State.WAITING, CANCELLED);
    }

    @Test
    void deadlineThatIsOverComesBeforeAStopThoughItsTimerHasNotFired() {
        Scene scene = in(State.RUNNING);
        scene.world.nowMillis = TableRow.DEADLINE_MILLIS;
        scene.table.handle(Event.stop(CANCELLED, KILL_ONLY));
        assertState(scene, State.KILLED, TIMED_OUT);
    }

    @Test
    void deadlineThatCameWhileACallersPlanBeganIsForgotten() {
        Scene scene = in(State.RUNNING);
        scene.world.meanwhile.put("endIdleTimer", () -> scene.table.handle(stop(TIMED_OUT)));
        scene.table.handle(Event.stop(CANCELLED, KILL_ONLY));
        assertDone(scene, LOOK, "endIdleTimer", TableRow.CLIMB, TableRow.KILL_SENT);
        assertState(scene, State.KILLED, CANCELLED);
    }

    @Test
    void searchThatCameBackWhileItWasCancelledIsForgotten() {
        Scene scene = in(State.SEARCHING);
        scene.world.meanwhile.put("cancelTimer", () -> scene.table.handle(Event.FOUND));
        scene.table.handle(Event.stop(CANCELLED, KILL_ONLY));
        assertDone(scene, LOOK, TableRow.CLIMB, "search(freeze)");
        assertState(scene, State.SEARCHING, CANCELLED);
    }

    // ---- What decides the cause.

    @Test
    void exitsBeforeTheFirstSignalTakeTheDeadlineBackAndLeaveThePipesTheirTime() {
        Scene scene = in(State.RUNNING);
        scene.world.reachesAll = false;
        scene.table.handle(stop(TIMED_OUT));
        assertState(scene, State.SEARCHING, TIMED_OUT);
        scene.world.provenEmpty = true;
        scene.world.done.clear();
        scene.table.handle(Event.LAST_EXIT);
        assertDone(scene, GONE, DRAIN, HALF_THE_TIME);
        assertState(scene, State.DRAINING, EXITED);
    }

    @Test
    void exitThatIsUnderWayTakesTheDeadlineBackAndLeavesNobodyKilled() {
        Scene scene = in(State.RUNNING);
        scene.world.programsExit = true;
        scene.table.handle(Event.stop(TIMED_OUT, KILL_ONLY));
        assertState(scene, State.WAITING, TIMED_OUT);
        scene.world.done.clear();
        scene.table.handle(Event.LAST_EXIT);
        assertDone(scene, GONE, TableRow.SWEEP);
        assertState(scene, State.SWEEPING, EXITED);
    }

    @Test
    void unwantedOutputDecidesWhenTheDeadlineIsTakenBack() {
        Scene scene = in(State.RUNNING);
        scene.world.reachesAll = false;
        scene.table.handle(stop(TIMED_OUT));
        scene.table.blame(OUTPUT_LIMIT);
        scene.table.handle(Event.unwanted(OUTPUT_LIMIT));
        scene.table.blame(FAILED);
        scene.table.handle(Event.unwanted(FAILED));
        assertState(scene, State.SEARCHING, TIMED_OUT);
        scene.world.done.clear();
        scene.table.handle(Event.LAST_EXIT);
        assertDone(scene, GONE, SWEEP);
        assertState(scene, State.SWEEPING, OUTPUT_LIMIT);
    }

    @Test
    void unwantedOutputThatStoppedTheRunIsNeverTakenBack() {
        Scene scene = in(State.RUNNING);
        scene.world.reachesAll = false;
        scene.table.blame(FAILED);
        scene.table.handle(Event.unwanted(FAILED));
        assertState(scene, State.SEARCHING, FAILED);
        scene.table.handle(Event.LAST_EXIT);
        assertState(scene, State.SWEEPING, FAILED);
    }

    @Test
    void cancelDuringTheSearchForTheDeadlineIsNotForgottenWhenTheDeadlineIsTakenBack() {
        Scene scene = in(State.RUNNING);
        scene.world.reachesAll = false;
        scene.table.handle(stop(TIMED_OUT));
        scene.table.handle(stop(CANCELLED));
        scene.world.provenEmpty = true;
        scene.world.pipesAtEnd = true;
        scene.world.done.clear();
        scene.table.handle(Event.LAST_EXIT);
        assertDone(scene, GONE, DRAIN, "cancelTimer", "timer(DELIVERY_TIME_OVER in 1000 ms)");
        assertState(scene, State.DELIVERING, EXITED);
    }

    @Test
    void stepThatWasTakenMakesTheCauseStay() {
        Scene scene = in(State.SEARCHING);
        scene.table.handle(Event.FOUND);
        scene.table.handle(Event.STEP_DUE);
        assertState(scene, State.SEARCHING, CANCELLED);
        scene.table.handle(Event.LAST_EXIT);
        assertState(scene, State.LINGERING, CANCELLED);
    }

    @Test
    void theFirstBlameCountsAndNoneAfterTheEnd() {
        Scene scene = in(State.RUNNING);
        scene.table.blame(FAILED);
        scene.table.blame(OUTPUT_LIMIT);
        assertState(scene, State.RUNNING, FAILED);
        Scene over = in(State.DONE);
        over.table.blame(FAILED);
        assertState(over, State.DONE, EXITED);
    }

    @Test
    void externalAreTheDeadlineSilenceACallerAndTheSupervisor() {
        List<Cause> external = new ArrayList<>();
        for (Cause cause : Cause.values()) {
            Scene scene = in(State.RUNNING);
            scene.table.handle(stop(cause));
            if (scene.table.isExternal()) {
                external.add(cause);
            }
        }
        assertEquals(List.of(TIMED_OUT, IDLE, CANCELLED, CLOSED), external);
    }

    // ---- The beginning and the end.

    @Test
    void beginSetsTheDeadlineIfThereIsOneAndNothingHasEndedTheRunBefore() {
        Scene scene = new Scene(false, DEADLINE_MILLIS, 1_000);
        assertDone(scene, "timer(TIMED_OUT in 59000 ms)");
        Scene endless = new Scene(false, TimerQueue.NEVER, 1_000);
        assertEquals(List.of(), endless.world.done);
        for (State state : State.values()) {
            if (state != State.RUNNING) {
                Scene late = in(state);
                late.table.begin();
                assertEquals(List.of(), late.world.done, "in " + state);
            }
        }
    }

    @Test
    void programsThatWereGivenUpAndExitAllTheSameAreNotedAndChangeNothing() {
        Scene scene = in(State.KILLED);
        scene.table.handle(Event.KILL_WAIT_OVER);
        assertState(scene, State.SWEEPING, CANCELLED);
        scene.world.done.clear();
        scene.world.programsExited = true;
        scene.table.handle(Event.PIPES_AT_END);
        assertDone(scene, LOOK, GONE);
        scene.table.handle(Event.SET_EMPTY);
        assertDone(scene, DRAIN, HALF_THE_TIME);
        assertState(scene, State.DRAINING, CANCELLED);
    }

    @Test
    void pipesOfProgramsThatWereGivenUpGetALastLookAndNoMore() {
        Scene scene = in(State.KILLED);
        scene.table.handle(Event.KILL_WAIT_OVER);
        scene.world.done.clear();
        scene.table.handle(Event.SET_EMPTY);
        assertDone(scene, LOOK, DRAIN, TableRow.A_LAST_LOOK);
        scene.table.handle(Event.LAST_EXIT);
        assertDone(scene, GONE);
        assertState(scene, State.DRAINING, CANCELLED);
    }

    @Test
    void lastLooksAtThePipesTakeThirtyTwoMilliseconds() {
        Scene scene = in(State.DRAINING);
        long begin = scene.world.nowMillis;
        List<Long> looks = new ArrayList<>();
        while (scene.table.state() == State.DRAINING) {
            scene.world.done.clear();
            scene.table.handle(Event.DRAIN_TIME_OVER);
            if (scene.table.state() == State.DRAINING) {
                String timer = scene.world.done.getFirst();
                scene.world.nowMillis += Long.parseLong(timer.replaceAll("\\D", ""));
                looks.add(scene.world.nowMillis - begin);
            }
        }
        assertEquals(List.of(1L, 3L, 7L, 15L, 31L, 32L), looks);
        assertDone(scene, "abandonPipes", "cancelTimer", "timer(DELIVERY_TIME_OVER in 59968 ms)");
    }

    @Test
    void consumersThatAreDoneWhenThePipesAreAbandonedAreNotWaitedFor() {
        Scene scene = in(State.DRAINING);
        scene.world.consumersDone = true;
        scene.table.handle(Event.DRAIN_TIME_OVER);
        scene.world.nowMillis += 32;
        scene.world.done.clear();
        scene.table.handle(Event.DRAIN_TIME_OVER);
        assertDone(scene, "abandonPipes", "cancelTimer", "cancelTimer", "finish");
    }

    // ---- Failures.

    @Test
    void whateverIsThrownWhileAFailureIsHandledTheRunFailsAndItsCauseIsTold() {
        for (String effect : List.of("cancelTimer", "cancelSearch")) {
            Scene scene = in(State.SEARCHING);
            IllegalArgumentException again = new IllegalArgumentException("again");
            scene.world.meanwhile.put(effect, () -> {
                throw again;
            });
            IllegalStateException thrown = new IllegalStateException("first");
            scene.table.handle(Event.failure(thrown));
            assertEquals("fail(first)", scene.world.done.getLast());
            assertArrayEquals(new Throwable[] {again}, thrown.getSuppressed());
            assertEquals(State.DONE, scene.table.state());
        }
    }

    @Test
    void errorThatIsThrownASecondTimeIsNoReasonNotToFail() {
        Scene scene = in(State.SEARCHING);
        LinkageError same = new LinkageError("the only one");
        scene.world.meanwhile.put("cancelTimer", () -> {
            throw same;
        });
        scene.table.handle(Event.failure(same));
        assertEquals("fail(the only one)", scene.world.done.getLast());
    }

    @Test
    void whatAnEffectThrowsComesToTheCallerWhoseFailureIsHandledNext() {
        Scene scene = in(State.RUNNING);
        IllegalStateException thrown = new IllegalStateException("thrown");
        scene.world.meanwhile.put("signal", () -> {
            scene.table.handle(Event.PIPES_AT_END);
            throw thrown;
        });
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> scene.table.handle(stop(CANCELLED))));
        scene.world.done.clear();
        scene.table.handle(FAILURE);
        assertDone(scene, "cancelTimer", "cancelSearch(kill)", "fail(thrown)");
        assertState(scene, State.DONE, CANCELLED);
    }

    @Test
    void failureOfTheEndIsToldLateAndNothingIsDoneTwice() {
        Scene scene = in(State.DELIVERING);
        scene.world.meanwhile.put("finish", () -> {
            throw new IllegalStateException("at the end");
        });
        assertThrows(IllegalStateException.class, () -> scene.table.handle(Event.CONSUMERS_DONE));
        assertEquals(State.DONE, scene.table.state());
        scene.world.done.clear();
        scene.table.handle(FAILURE);
        scene.table.handle(FAILURE);
        assertDone(scene, "failLate(thrown)", "failLate(thrown)");
    }

    @Test
    void failureWithoutAReasonHasOne() {
        Scene scene = in(State.RUNNING);
        scene.table.handle(new Event(Event.Kind.FAILURE, EXITED, List.of(), null));
        assertEquals(
                List.of("fail(the run has failed)"),
                Stream.of(scene.world.done.getLast()).toList());
    }
}
