package dev.leash.internal.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.service.GroupOrder.Needs;
import dev.leash.internal.service.GroupTable.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a group decides, stepped without a process. */
@Timeout(60)
class GroupTableTest {
    private final Map<String, Needs> needs = new LinkedHashMap<>();
    private final List<String> log = new ArrayList<>();
    private List<String> names = List.of();
    private Phase[] phases = {};
    private GroupTable table =
            new GroupTable(new GroupOrder(List.of(), List.of(), List.of()), Strategy.ONE_FOR_ONE, new boolean[0], null);

    private void member(String name, String... after) {
        needs.put(name, new Needs(new LinkedHashSet<>(List.of(after)), Set.of()));
    }

    private void open(Strategy strategy, String... essential) {
        GroupOrder order = GroupOrder.of(needs);
        names = order.names();
        phases = new Phase[names.size()];
        boolean[] ends = new boolean[names.size()];
        for (int i = 0; i < phases.length; i++) {
            phases[i] = Phase.STOPPED;
            ends[i] = List.of(essential).contains(names.get(i));
        }
        table = new GroupTable(order, strategy, ends, new GroupTable.Members() {
            @Override
            public void start(int member) {
                log.add("start " + names.get(member));
                come(member, Phase.STARTING);
            }

            @Override
            public void stop(int member, String why) {
                log.add("stop " + names.get(member));
                boolean live = phases[member] == Phase.STARTING
                        || phases[member] == Phase.READY
                        || phases[member] == Phase.UNREADY;
                come(member, live ? Phase.STOPPING : Phase.STOPPED);
            }

            @Override
            public void hold(int member, String why) {
                if (phases[member] != Phase.WAITING) {
                    come(member, Phase.WAITING);
                }
            }
        });
    }

    private void come(int member, Phase phase) {
        phases[member] = phase;
        table.entered(member, phase);
    }

    private void come(String name, Phase phase) {
        come(names.indexOf(name), phase);
    }

    private List<String> taken() {
        List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    private void startAll() {
        table.start();
        for (String name : names) {
            come(name, Phase.READY);
        }
        assertTrue(table.isReady());
        log.clear();
    }

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
    void aOneShotMustSucceedFirst() {
        member("migrate");
        needs.put("web", new Needs(Set.of(), Set.of("migrate")));
        open(Strategy.ONE_FOR_ONE);
        table.start();
        come("migrate", Phase.READY);
        assertEquals(List.of("start migrate"), taken());
        come("migrate", Phase.FAILED);
        assertEquals(List.of(), taken());
        assertEquals(0, table.obstacle());
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
        assertEquals(List.of("stop c"), taken());
        come("c", Phase.STOPPED);
        assertEquals(List.of("stop a"), taken());
        come("a", Phase.STOPPED);
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
        assertEquals(List.of("stop c"), taken());
        come("b", Phase.WAITING);
        assertEquals(List.of(), taken(), "c is not down yet");
        come("c", Phase.STOPPED);
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

    /** Whatever happens in whatever order, a stop ends all, and a start that nothing disturbs makes all ready. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void noOrderOfEventsBreaksAGroup(Strategy strategy) {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            needs.clear();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                String before = i > 0 && random.nextBoolean() ? "s" + random.nextInt(i) : null;
                member("s" + i, before == null ? new String[0] : new String[] {before});
            }
            open(strategy);
            table.start();
            for (int step = 0; step < 100; step++) {
                step(random);
            }
            table.stop("told");
            settle(Phase.STOPPED);
            assertTrue(table.isOver(), "seed " + seed + ": " + List.of(phases) + log);
            table.start();
            settle(Phase.READY);
            assertTrue(table.isReady(), "seed " + seed + ": " + List.of(phases) + log);
            log.clear();
        }
    }

    private void step(Random random) {
        int member = random.nextInt(phases.length);
        switch (phases[member]) {
            case STARTING -> come(member, random.nextBoolean() ? Phase.READY : Phase.BACKING_OFF);
            case READY, UNREADY -> {
                Phase[] next = {Phase.UNREADY, Phase.READY, Phase.BACKING_OFF, Phase.FAILED, Phase.STOPPING};
                come(member, next[random.nextInt(next.length)]);
            }
            case BACKING_OFF -> come(member, Phase.WAITING);
            case STOPPING -> come(member, random.nextInt(4) == 0 ? Phase.FAILED : Phase.STOPPED);
            case FAILED -> {
                if (random.nextInt(5) == 0) {
                    table.start();
                }
            }
            case STOPPED, DONE, WAITING -> {}
        }
    }

    /** All that is in progress comes to its end. */
    private void settle(Phase running) {
        for (int round = 0; round < 50; round++) {
            for (int member = 0; member < phases.length; member++) {
                switch (phases[member]) {
                    case STARTING -> come(member, Phase.READY);
                    case STOPPING -> come(member, Phase.STOPPED);
                    case BACKING_OFF -> come(member, Phase.WAITING);
                    case UNREADY -> come(member, running);
                    case READY, STOPPED, DONE, WAITING, FAILED -> {}
                }
            }
        }
    }
}
