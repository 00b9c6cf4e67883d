package dev.leash.internal.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.service.GroupPlan.Strategy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a group decides when it gets another plan, stepped without a process. */
@Timeout(60)
class GroupUpdateTest extends GroupStepping {
    private void openDbAndWeb(Strategy strategy) {
        member("db");
        member("web", "db");
        open(strategy);
        startAll();
    }

    @Test
    void oneThatIsNewIsStartedWhenThoseBeforeItAreReady() {
        member("db");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        member("web", "db", "cache");
        member("cache");
        update();
        assertEquals(List.of("start cache"), taken());
        assertFalse(table.isReady());
        come("cache", Phase.READY);
        assertEquals(List.of("start web"), taken());
        come("web", Phase.READY);
        assertTrue(table.isReady());
    }

    @Test
    void oneThatIsNewIsNotStartedWhereTheGroupIsNot() {
        member("a");
        open(Strategy.ONE_FOR_ONE);
        member("b");
        update();
        assertEquals(List.of(), taken(), "never started");
        table.start();
        assertEquals(List.of("start a", "start b"), taken());
        table.stop("told");
        log.clear();
        member("c");
        update("a");
        assertEquals(List.of(), taken(), "stopped");
        come("a", Phase.STOPPED);
        come("b", Phase.STOPPED);
        assertTrue(table.isOver());
        assertEquals(List.of(), taken());
    }

    @Test
    void oneThatIsNotThereAnyMoreIsStoppedAndForgotten() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.remove("web");
        update();
        assertEquals(List.of("stop web"), taken());
        assertEquals(1, table.members().size());
        assertTrue(table.isReady(), "those that leave do not count");
        come("web", Phase.STOPPED);
        assertEquals(List.of("left web"), taken());
        assertEquals(table.members(), table.all());
    }

    @Test
    void thoseThatLeaveAreStoppedInTheReverseOfTheirOldOrder() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.clear();
        member("other");
        update();
        assertEquals(List.of("stop web", "start other"), taken());
        come("web", Phase.STOPPED);
        assertEquals(List.of("left web", "stop db"), taken());
        come("db", Phase.STOPPED);
        assertEquals(List.of("left db"), taken());
        assertFalse(table.isOver());
    }

    @Test
    void oneThatLeavesIsStoppedWhenTheChangedOneThatDependedOnItIsDown() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.clear();
        member("web");
        update("web");
        assertEquals(List.of("cycle web"), taken());
        come("web", Phase.WAITING);
        assertEquals(List.of("stop db", "start web"), taken());
    }

    @Test
    void oneThatLeavesDoesNotWaitForWhatRunsOn() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.clear();
        member("web");
        update();
        assertEquals(List.of("stop db"), taken());
    }

    @Test
    void whatDidNotRunIsForgottenAtOnce() {
        member("failed");
        member("stopped");
        member("waiting", "failed");
        member("backing");
        member("runs");
        open(Strategy.ONE_FOR_ONE);
        table.start();
        come("failed", Phase.FAILED);
        come("stopped", Phase.STOPPED);
        come("backing", Phase.BACKING_OFF);
        log.clear();
        needs.clear();
        member("runs");
        update();
        assertEquals(
                Set.of("left failed", "left stopped", "stop waiting", "left waiting", "stop backing", "left backing"),
                Set.copyOf(taken()));
        assertEquals(1, table.all().size());
    }

    @Test
    void oneThatHasChangedIsStoppedAndStarted() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        update("db");
        assertEquals(List.of("cycle db"), taken(), "web runs on");
        assertFalse(table.isReady());
        assertFalse(table.isOver());
        come("db", Phase.WAITING);
        assertEquals(List.of("start db"), taken());
        come("db", Phase.READY);
        assertTrue(table.isReady());
    }

    @Test
    void whereBothHaveChangedTheyAreStoppedInReverseAndStartedInOrder() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        update("db", "web");
        assertEquals(List.of("cycle web"), taken());
        assertFalse(table.isReady());
        come("web", Phase.WAITING);
        assertEquals(List.of("cycle db"), taken());
        come("db", Phase.WAITING);
        assertEquals(List.of("start db"), taken());
        come("db", Phase.READY);
        assertEquals(List.of("start web"), taken());
    }

    @Test
    void oneThatIsChangedBackBeforeItIsStoppedRunsOn() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        update("db", "web");
        assertEquals(List.of("cycle web"), taken());
        update();
        come("web", Phase.WAITING);
        assertEquals(List.of("start web"), taken());
        assertTrue(at("db").runs());
    }

    @Test
    void theStrategySaysWhatElseIsRestarted() {
        for (Strategy strategy : List.of(Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE)) {
            needs.clear();
            member("a");
            openDbAndWeb(strategy);
            update(strategy, Set.of("db"));
            boolean all = strategy == Strategy.ONE_FOR_ALL;
            assertEquals(all ? List.of("cycle web", "cycle a") : List.of("cycle web"), taken());
            come("web", Phase.WAITING);
            assertEquals(List.of("cycle db"), taken());
            come("db", Phase.WAITING);
            if (all) {
                assertEquals(List.of(), taken(), "a is not down yet");
                come("a", Phase.WAITING);
                assertEquals(List.of("start a", "start db"), taken());
            } else {
                assertEquals(List.of("start db"), taken());
            }
            come("db", Phase.READY);
            assertEquals(List.of("start web"), taken());
        }
    }

    @Test
    void aNewStrategyIsInForceAtOnce() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        update(Strategy.ONE_FOR_ALL, Set.of());
        assertEquals(List.of(), taken());
        come("db", Phase.BACKING_OFF);
        assertEquals(List.of("cycle web"), taken());
    }

    @Test
    void whoIsEssentialIsWhatTheNewPlanSays() {
        member("a");
        member("b");
        open(Strategy.ONE_FOR_ONE, "a");
        startAll();
        update(Strategy.ONE_FOR_ONE, Set.of(), "b");
        come("a", Phase.DONE);
        assertEquals(List.of(), taken());
        come("b", Phase.DONE);
        assertTrue(table.isOver());
    }

    @Test
    void anEssentialOneThatLeavesOrIsChangedDoesNotEndTheGroup() {
        member("a");
        member("b");
        member("c");
        open(Strategy.ONE_FOR_ONE, "b", "c");
        startAll();
        needs.remove("b");
        update(Strategy.ONE_FOR_ONE, Set.of("c"), "c");
        come("b", Phase.STOPPED);
        come("c", Phase.WAITING);
        come("c", Phase.READY);
        assertTrue(table.isReady());
        assertEquals(List.of("stop b", "cycle c", "left b", "start c"), taken());
    }

    @Test
    void whatSomebodyHasStoppedStaysSo() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        come("web", Phase.STOPPING);
        come("web", Phase.STOPPED);
        update("web");
        assertEquals(List.of(), taken());
        come("db", Phase.STOPPING);
        update("db");
        assertEquals(List.of("cycle db"), taken(), "which does nothing to one that somebody stops");
        come("db", Phase.STOPPED);
        assertEquals(List.of(), taken());
    }

    @Test
    void whatHasFailedIsStartedAnewOnlyIfItHasChanged() {
        member("a");
        member("b");
        member("c", "b");
        open(Strategy.ONE_FOR_ONE);
        table.start();
        come("a", Phase.FAILED);
        come("b", Phase.FAILED);
        log.clear();
        update("b");
        assertEquals(List.of("start b"), taken());
        come("b", Phase.READY);
        assertEquals(List.of("start c"), taken());
        assertEquals(at("a"), table.obstacle());
    }

    @Test
    void whatFellWithAnotherIsStartedWithItOrWhenThatIsGone() {
        for (boolean gone : List.of(true, false)) {
            needs.clear();
            member("a");
            member("b");
            open(Strategy.ONE_FOR_ALL);
            startAll();
            come("a", Phase.FAILED);
            come("b", Phase.STOPPED);
            assertEquals(List.of("stop b"), taken());
            update(Strategy.ONE_FOR_ALL, Set.of());
            assertEquals(List.of(), taken());
            if (gone) {
                needs.remove("a");
            }
            update(Strategy.ONE_FOR_ALL, Set.of("a"));
            assertEquals(gone ? List.of("left a", "start b") : List.of("start a", "start b"), taken());
        }
    }

    @Test
    void oneThatIsDoneAndHasChangedRunsAgain() {
        member("migrate");
        open(Strategy.ONE_FOR_ONE);
        table.start();
        come("migrate", Phase.DONE);
        assertTrue(table.isOver());
        log.clear();
        update("migrate");
        assertEquals(List.of("start migrate"), taken());
        assertFalse(table.isOver());
    }

    @Test
    void oneThatWaitsForItsRestartIsStartedAtOnceIfItHasChanged() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        come("db", Phase.BACKING_OFF);
        come("web", Phase.BACKING_OFF);
        update("db");
        assertEquals(List.of("cycle db", "start db"), taken());
        assertEquals(Phase.BACKING_OFF, at("web").phase);
    }

    @Test
    void aNameThatComesBackWaitsForTheOldOneToEnd() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        GroupMember old = at("web");
        needs.remove("web");
        update();
        assertEquals(List.of("stop web"), taken());
        member("web", "db");
        update();
        assertEquals(List.of(), taken());
        GroupMember fresh = table.members().getLast();
        assertNotEquals(old, fresh);
        assertEquals(Phase.WAITING, fresh.phase);
        table.entered(old, Phase.STOPPED);
        assertEquals(List.of("left web", "start web"), taken());
        table.entered(fresh, Phase.READY);
        assertTrue(table.isReady());
    }

    /** The first replica has the port that the only one has had. */
    @Test
    void replicasWaitForTheServiceThatWasNoReplica() {
        member("web");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        needs.clear();
        member("web.1");
        member("web.2");
        member("web.x"); // no replica of it
        update();
        assertEquals(List.of("stop web", "start web.x"), taken());
        come("web", Phase.STOPPED);
        assertEquals(List.of("left web", "start web.1", "start web.2"), taken());
        come("web.1", Phase.READY);
        needs.clear();
        member("web");
        update();
        assertEquals(List.of("stop web.x", "stop web.2", "stop web.1"), taken());
    }

    @Test
    void anUpdateWhileOthersStillLeaveWorks() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.clear();
        member("x");
        update();
        needs.clear();
        member("y");
        update();
        assertEquals(List.of("stop web", "start x", "stop x", "start y"), taken());
        come("x", Phase.STOPPED);
        come("web", Phase.STOPPED);
        come("db", Phase.STOPPED);
        assertEquals(List.of("left x", "left web", "stop db", "left db"), taken());
        assertEquals(1, table.all().size());
    }

    /** Old: c after gone, gone after b, so c before b in a stop. New: b after c. All three would wait for each other. */
    @Test
    void dependenciesThatWereTurnedRoundStopNothingForEver() {
        member("b");
        member("gone", "b");
        member("c", "gone");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        needs.clear();
        member("c");
        member("b", "c");
        update("b", "c");
        for (int round = 0; round < 3; round++) {
            for (GroupMember member : table.all()) {
                if (member.phase == Phase.STOPPING) {
                    table.entered(member, member.leaving ? Phase.STOPPED : Phase.WAITING);
                }
            }
        }
        List<String> done = taken();
        assertTrue(done.containsAll(List.of("left gone", "start c")), done.toString());
        come("c", Phase.READY);
        come("b", Phase.READY);
        assertTrue(table.isReady());
    }

    @Test
    void aStopEndsThoseThatLeaveToo() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.remove("web");
        update();
        table.stop("told");
        assertFalse(table.isOver());
        assertEquals(List.of("stop web", "stop web"), taken(), "the second only so that it does not start again");
        come("web", Phase.STOPPED);
        assertFalse(table.isOver());
        come("db", Phase.STOPPED);
        assertTrue(table.isOver());
    }

    @Test
    void theGroupIsNotOverBeforeThoseThatLeaveAre() {
        member("a");
        member("b");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        needs.remove("b");
        update();
        table.stop("told");
        come("a", Phase.STOPPED);
        assertFalse(table.isOver());
        come("b", Phase.STOPPED);
        assertTrue(table.isOver());
    }

    @Test
    void aChangedOneThatWaitsForOneThatLeavesIsNotReadyAnyMore() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.remove("web");
        update("db");
        assertEquals(List.of("stop web"), taken());
        assertFalse(table.isReady());
        come("web", Phase.STOPPED);
        assertEquals(List.of("left web", "cycle db"), taken());
    }

    @Test
    void aChangedOneThatFailsBeforeItIsStoppedIsStartedAnew() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.remove("web");
        update("db");
        assertEquals(List.of("stop web"), taken());
        come("db", Phase.FAILED);
        assertEquals(List.of("start db"), taken());
    }

    @Test
    void aDependencyThatIsGoneOrdersNoStopAnyMore() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        member("web");
        update();
        table.stop("told");
        assertEquals(Set.of("stop web", "stop db"), Set.copyOf(taken()));
    }

    @Test
    void aStopAndAStartBeforeItIsStoppedDoNotKeepAnOldRun() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        update("db", "web");
        table.stop("told");
        table.start();
        come("web", Phase.STOPPED);
        log.clear();
        table.start();
        come("db", Phase.READY);
        assertEquals(
                List.of("hold db", "cycle db"),
                taken().stream().filter(done -> done.endsWith("db")).toList());
    }

    @Test
    void oneThatLeavesAndIsStartedAgainIsStoppedAgain() {
        openDbAndWeb(Strategy.ONE_FOR_ONE);
        needs.remove("web");
        update();
        come("web", Phase.STARTING);
        assertEquals(List.of("stop web", "stop web"), taken());
    }
}
