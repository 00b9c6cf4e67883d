package dev.leash.internal.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.service.GroupOrder.Needs;
import dev.leash.internal.service.GroupPlan.Strategy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a group decides, stepped without a process. */
@Timeout(60)
class GroupTableTest extends GroupStepping {
    @Test
    void eachIsStartedWhenThoseBeforeItAreReady() {
        member("web", "db", "cache");
        member("db");
        member("cache");
        open(Strategy.ONE_FOR_ONE);
        table.start();
        assertEquals(List.of("start db", "start cache"), taken());
        come("cache", Phase.READY);
        assertEquals(List.of(), taken());
        come("db", Phase.READY);
        assertEquals(List.of("start web"), taken());
        come("web", Phase.READY);
        assertTrue(table.isReady());
    }

    @Test
    void eachIsStoppedWhenThoseAfterItAreDown() {
        member("db");
        member("web", "db");
        member("log");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        table.stop("told");
        assertEquals(List.of("stop log", "stop web"), taken());
        come("web", Phase.STOPPED);
        assertEquals(List.of("stop db"), taken());
        come("db", Phase.STOPPED);
        assertFalse(table.isOver());
        come("log", Phase.STOPPED);
        assertTrue(table.isOver());
    }

    @Test
    void aStartWhileItStopsIsTheLastWord() {
        member("db");
        member("web", "db");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        table.stop("told");
        table.start();
        assertEquals(List.of("stop web", "hold web"), taken());
        assertNull(table.obstacle());
        come("web", Phase.WAITING);
        assertEquals(List.of("start web"), taken());
        come("web", Phase.READY);
        assertTrue(table.isReady());
    }

    @Test
    void aOneShotThatRunsAgainMustSucceedAgain() {
        member("migrate");
        needs.put("web", new Needs(Set.of(), Set.of("migrate")));
        open(Strategy.ONE_FOR_ONE);
        table.start();
        come("migrate", Phase.DONE);
        come("web", Phase.READY);
        assertTrue(table.isReady());
        table.stop("told");
        come("web", Phase.STOPPED);
        taken();
        table.start();
        assertEquals(List.of("start migrate"), taken());
        assertFalse(table.isReady());
        come("migrate", Phase.DONE);
        assertEquals(List.of("start web"), taken());
    }

    @Test
    void whatComesAfterAOneShotComesBackWhenThatIsDone() {
        member("init");
        member("web", "init");
        open(Strategy.ONE_FOR_ALL);
        startAll();
        come("init", Phase.DONE);
        come("web", Phase.BACKING_OFF);
        come("web", Phase.WAITING);
        assertEquals(List.of("start web"), taken());
    }

    @Test
    void someAreStoppedAndStartedInTheOrderOfTheirDependencies() {
        member("db");
        member("web", "db");
        member("other", "db");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        List<GroupMember> some = List.of(at("db"), at("web"));
        table.stop(some, "by hand");
        assertEquals(List.of("stop web"), taken());
        come("web", Phase.STOPPED);
        assertEquals(List.of("stop db"), taken());
        come("db", Phase.STOPPED);
        assertEquals(List.of(), taken(), "the other one runs on");
        assertFalse(table.isOver());
        table.start(some);
        assertEquals(List.of("start db"), taken());
        come("db", Phase.READY);
        assertEquals(List.of("start web"), taken());
        come("web", Phase.READY);
        assertTrue(table.restart(at("web"), "by hand"));
        assertTrue(table.restart(at("db"), "by hand"));
        assertEquals(List.of("cycle web"), taken());
        come("web", Phase.WAITING);
        assertEquals(List.of("cycle db"), taken());
        come("db", Phase.WAITING);
        assertEquals(List.of("start db"), taken());
        come("db", Phase.READY);
        assertEquals(List.of("start web"), taken());
    }

    @Test
    void anEssentialOneThatIsStoppedByHandEndsNothing() {
        member("web");
        member("other");
        open(Strategy.ONE_FOR_ONE, "web");
        startAll();
        table.stop(List.of(at("web")), "by hand");
        come("web", Phase.STOPPED);
        assertEquals(List.of("stop web"), taken());
    }

    @Test
    void oneThatBacksOffIsStartedAtOnceByHand() {
        member("web");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        come("web", Phase.BACKING_OFF);
        assertFalse(table.restart(at("web"), "by hand"));
        table.start(List.of(at("web")));
        assertEquals(List.of("cycle web", "start web"), taken());
    }

    @Test
    void aOneShotMustSucceedFirst() {
        member("migrate");
        needs.put("web", new Needs(Set.of(), Set.of("migrate")));
        open(Strategy.ONE_FOR_ONE);
        table.start();
        come("migrate", Phase.READY);
        assertEquals(List.of("start migrate"), taken());
        come("migrate", Phase.FAILED);
        assertEquals(List.of(), taken());
        assertEquals(at("migrate"), table.obstacle());
        come("migrate", Phase.STARTING);
        come("migrate", Phase.DONE);
        assertEquals(List.of("start web"), taken(), "somebody has started it again");
        come("web", Phase.READY);
        assertTrue(table.isReady());
    }

    @Test
    void oneForOneLeavesTheOthersAlone() {
        member("a");
        member("b");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        come("a", Phase.BACKING_OFF);
        come("a", Phase.FAILED);
        assertEquals(List.of(), taken());
        assertFalse(table.isOver());
    }

    @Test
    void oneForAllStopsAllAndStartsThemInOrderWhenTheDelayIsOver() {
        member("a");
        member("b", "a");
        member("c", "b");
        open(Strategy.ONE_FOR_ALL);
        startAll();
        come("b", Phase.BACKING_OFF);
        assertEquals(List.of("cycle c"), taken());
        come("c", Phase.WAITING);
        assertEquals(List.of("cycle a"), taken());
        come("a", Phase.WAITING);
        assertEquals(List.of(), taken(), "b has to wait");
        come("b", Phase.WAITING);
        assertEquals(List.of("start a"), taken());
        come("a", Phase.READY);
        assertEquals(List.of("start b"), taken());
        come("b", Phase.READY);
        assertEquals(List.of("start c"), taken());
    }

    @Test
    void restForOneStopsThoseThatComeLater() {
        member("a");
        member("b");
        member("c");
        open(Strategy.REST_FOR_ONE);
        startAll();
        come("b", Phase.BACKING_OFF);
        assertEquals(List.of("cycle c"), taken());
        come("b", Phase.WAITING);
        assertEquals(List.of(), taken(), "c is not down yet");
        come("c", Phase.WAITING);
        assertEquals(List.of("start b", "start c"), taken());
    }

    @Test
    void anEssentialOneEndsTheGroup() {
        member("db");
        member("job");
        open(Strategy.ONE_FOR_ONE, "job");
        startAll();
        come("job", Phase.DONE);
        assertEquals(List.of("stop db"), taken());
        come("db", Phase.STOPPED);
        assertTrue(table.isOver());
    }

    @Test
    void oneThatFailsForGoodTakesTheOthersAlongIfTheyAreTied() {
        member("a");
        member("b");
        open(Strategy.ONE_FOR_ALL);
        startAll();
        come("a", Phase.FAILED);
        assertEquals(List.of("stop b"), taken());
    }

    @Test
    void oneThatIsStoppedByItselfIsNotStartedByTheGroup() {
        member("a");
        member("b", "a");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        come("a", Phase.STOPPING);
        come("a", Phase.STOPPED);
        come("b", Phase.UNREADY);
        assertEquals(List.of(), taken());
    }

    @Test
    void circlesAndUnknownNamesAreRefused() {
        member("a", "b");
        member("b", "c");
        member("c", "b");
        IllegalArgumentException circle = assertThrows(IllegalArgumentException.class, () -> GroupOrder.of(needs));
        assertEquals("services wait for each other: b, which waits for c, which waits for b", circle.getMessage());
        needs.clear();
        member("a", "x");
        IllegalArgumentException unknown = assertThrows(IllegalArgumentException.class, () -> GroupOrder.of(needs));
        assertEquals("service a comes after x, which is not in the group", unknown.getMessage());
        needs.clear();
        member("a", "a");
        assertThrows(IllegalArgumentException.class, () -> GroupOrder.of(needs));
    }

    @Test
    void oneThatIsStoppedWhileItIsRestartedWithAnotherStaysStopped() {
        member("a");
        member("b");
        open(Strategy.ONE_FOR_ALL);
        startAll();
        come("b", Phase.BACKING_OFF);
        assertEquals(List.of("cycle a"), taken());
        come("a", Phase.STOPPED);
        come("b", Phase.WAITING);
        assertEquals(List.of("start b"), taken());
    }

    @Test
    void aStopIsForOneThatIsAboutToStartAgain() {
        member("a");
        open(Strategy.ONE_FOR_ONE);
        startAll();
        come("a", Phase.STOPPING);
        table.stop("told");
        assertEquals(List.of("stop a"), taken());
    }

    /** Each by itself, in any number: the look at all must not take long for what depends on it in many ways. */
    @Test
    void manyWaysFromOneToAnotherTakeNoLonger() {
        for (int layer = 0; layer < 60; layer++) {
            for (String side : List.of("l", "r")) {
                member(side + layer, layer == 0 ? new String[0] : new String[] {"l" + (layer - 1), "r" + (layer - 1)});
            }
        }
        open(Strategy.ONE_FOR_ONE);
        startAll();
        table.stop("told");
        assertEquals(List.of("stop r59", "stop l59"), taken());
    }

    @Test
    void aLongChainIsPlacedStartedAndStopped() {
        int count = 5000;
        for (int number = count; number > 0; number--) {
            member("s" + number, "s" + (number - 1));
        }
        member("s0");
        long before = heldBytes();
        open(Strategy.ONE_FOR_ONE);
        long taken = heldBytes() - before;
        assertTrue(taken < 64 << 20, () -> taken + " bytes");
        assertEquals("s0", table.members().getFirst().name());
        assertEquals("s" + count, table.members().getLast().name());
        startAll();
        table.stop("told");
        assertEquals(List.of("stop s" + count), taken());
        needs.put("s0", new Needs(Set.of("s" + count), Set.of()));
        assertThrows(IllegalArgumentException.class, () -> GroupOrder.of(needs));
    }

    /** Of the heap, without what nobody holds. */
    private static long heldBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
