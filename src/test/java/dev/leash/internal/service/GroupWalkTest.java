package dev.leash.internal.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.service.Event.Timing;
import dev.leash.internal.service.GroupOrder.Needs;
import dev.leash.internal.service.GroupPlan.Strategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups with their services, as tables, in random walks with updates among the steps: nothing runs, and no clock. */
@Timeout(120)
class GroupWalkTest {
    private static final int WALKS = 400;
    private static final Strategy[] STRATEGIES = Strategy.values();

    private Random random = new Random(0);
    private GroupTable group = new GroupTable();
    private final List<Live> everybody = new ArrayList<>();
    private final Map<String, Integer> versions = new HashMap<>();
    private long now;

    private enum Run {
        NONE,
        BEING_STARTED,
        UP
    }

    /** A member whose service has no program. */
    private final class Live extends GroupMember {
        final ServiceTable table = new ServiceTable(
                new ServiceTable.Rules(
                        new RestartRules(RestartRules.Mode.ON_FAILURE, 1, 8, 2, 0, 60, 5, 600), Long.MAX_VALUE, 1),
                new Program(this),
                () -> 0.5);
        Run run = Run.NONE;
        int runs;
        int described;
        int version;
        boolean gone;

        Live(String name) {
            super(name);
            described = version();
            version = described;
            everybody.add(this);
        }

        private int version() {
            return versions.getOrDefault(name(), 0);
        }

        void tell(Event event) {
            table.handle(event, now);
        }

        boolean describe() {
            boolean differs = version != version();
            described = version();
            if (table.phase() == Phase.BACKING_OFF || isDown()) {
                version = described;
            }
            return differs;
        }

        @Override
        protected void start() {
            for (GroupMember other : afterReady) {
                Phase is = ((Live) other).table.phase();
                boolean done = is == Phase.DONE && !other.wanted;
                assertTrue(is == Phase.READY || is == Phase.UNREADY || done, () -> "it starts after " + other);
            }
            tell(new Event.Start());
        }

        private void assertIsLast() {
            for (GroupMember other : group.members()) {
                boolean up = ((Live) other).run != Run.NONE;
                assertFalse(
                        runs() && up && other.isEnding() && other.afterReady.contains(this), () -> "after " + other);
            }
        }

        @Override
        protected void stop(String why) {
            assertIsLast();
            tell(new Event.Stop(why));
        }

        @Override
        protected void cycle(String why) {
            assertIsLast();
            tell(new Event.Cycle(why));
        }

        @Override
        protected void hold(String why, boolean blocked) {
            tell(new Event.Hold(why, blocked));
        }

        @Override
        protected void left() {
            assertFalse(gone, "it leaves once");
            assertTrue(leaving && run == Run.NONE, "it runs no more");
            gone = true;
            tell(new Event.Retired("gone"));
        }

        @Override
        public String toString() {
            return name() + " " + table.phase() + " " + run + (leaving ? " leaving" : "") + " v" + version;
        }
    }

    private final class Program implements Effects {
        private final Live of;

        Program(Live of) {
            this.of = of;
        }

        @Override
        public void start() {
            assertFalse(of.gone, "what has left is not started");
            for (Live other : everybody) {
                assertFalse(other.name().equals(of.name()) && other.run != Run.NONE, "one run of a name at a time");
            }
            of.version = of.described;
            of.run = Run.BEING_STARTED;
            of.runs++;
        }

        @Override
        public void stop() {
            assertEquals(Run.UP, of.run, "there is something to stop");
        }

        @Override
        public void watchReadiness() {}

        @Override
        public void watchHealth() {}

        @Override
        public void watchNothing() {}

        @Override
        public void arm(Timing timing, long dueNanos) {}

        @Override
        public void disarm(Timing timing) {}

        @Override
        public void changed(Phase to, String why) {
            group.entered(of, to);
        }
    }

    /** A group of some of eight names, in any order that can be. */
    private void update(Strategy strategy, boolean mayChange) {
        List<String> names = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            if (random.nextInt(3) > 0) {
                names.add(random.nextInt(names.size() + 1), "s" + number);
            }
        }
        if (names.isEmpty()) {
            names.add("s0");
        }
        Map<String, Needs> needs = new LinkedHashMap<>();
        for (int place = 0; place < names.size(); place++) {
            String name = names.get(place);
            Set<String> after = names.subList(0, place).stream()
                    .filter(other -> random.nextInt(3) == 0)
                    .collect(Collectors.toSet());
            needs.put(name, new Needs(after, Set.of()));
            if (mayChange && random.nextInt(4) == 0) {
                versions.merge(name, 1, Integer::sum);
            }
        }
        Set<String> essential = random.nextInt(10) == 0 ? Set.of(names.getFirst()) : Set.of();
        boolean held = strategy != Strategy.ONE_FOR_ONE;
        group.update(new GroupPlan(GroupOrder.of(needs), strategy, essential), new GroupTable.Renewal() {
            @Override
            public GroupMember added(String name) {
                Live made = new Live(name);
                made.table.hold(held);
                return made;
            }

            @Override
            public boolean renewed(GroupMember kept) {
                ((Live) kept).table.hold(held);
                return ((Live) kept).describe();
            }
        });
        assertEquals(
                needs.keySet(), group.members().stream().map(GroupMember::name).collect(Collectors.toSet()));
    }

    private void step(boolean mayFail) {
        Live member = everybody.get(random.nextInt(everybody.size()));
        now++;
        if (mayFail && random.nextInt(30) == 0) {
            boolean twice = everybody.stream()
                    .anyMatch(one -> !one.equals(member) && one.name().equals(member.name()) && !one.gone);
            switch (random.nextInt(4)) {
                case 0, 2 -> {
                    if (!twice) { // somebody who starts it all the same gets what he wants
                        member.tell(random.nextBoolean() ? new Event.Start() : new Event.Restart("by hand"));
                    }
                }
                case 1 -> member.tell(new Event.Stop("by hand"));
                default -> member.tell(new Event.Dead("silent"));
            }
            return;
        }
        switch (member.run) {
            case BEING_STARTED -> {
                boolean fails = mayFail && random.nextInt(8) == 0;
                member.run = fails ? Run.NONE : Run.UP;
                member.tell(fails ? new Event.NotStarted("no") : new Event.Started());
            }
            case UP -> {
                boolean stops = member.table.phase() == Phase.STOPPING;
                if (stops || (mayFail && random.nextInt(10) == 0)) {
                    member.run = Run.NONE;
                    member.tell(new Event.Ended(random.nextInt(4) == 0, "end"));
                } else if (member.table.phase() == Phase.STARTING) {
                    member.tell(new Event.Ready());
                }
            }
            case NONE -> {
                if (member.table.phase() == Phase.BACKING_OFF) {
                    member.tell(new Event.Due(Timing.BACKOFF));
                }
            }
        }
        boolean any = everybody.stream().anyMatch(one -> one.run != Run.NONE);
        assertFalse(any && group.isOver(), "it is not over while something runs");
    }

    /** All that is in progress comes to its end. */
    private void settle() {
        for (int step = 0; step < 60 * everybody.size(); step++) {
            step(false);
        }
    }

    private void begin(int seed, Strategy strategy) {
        random = new Random(seed);
        group = new GroupTable();
        everybody.clear();
        versions.clear();
        update(strategy, false);
    }

    private String told(int seed) {
        return "seed " + seed + ": "
                + everybody.stream().filter(one -> !one.gone).toList();
    }

    /** Whatever happens in whatever order, all comes to what the last update says, and a stop ends all. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void noOrderOfEventsAndUpdatesBreaksAGroup(Strategy first) {
        for (int seed = 0; seed < WALKS; seed++) {
            begin(seed, first);
            group.start();
            for (int step = 0; step < 150; step++) {
                if (random.nextInt(12) == 0) {
                    update(random.nextInt(3) == 0 ? STRATEGIES[random.nextInt(STRATEGIES.length)] : first, true);
                } else if (random.nextInt(60) == 0) {
                    group.stop("told");
                } else if (random.nextInt(20) == 0) {
                    group.start();
                } else {
                    step(true);
                }
            }
            group.start();
            settle();
            group.start(); // what has failed meanwhile
            settle();
            int number = seed;
            assertTrue(group.isReady(), () -> told(number));
            assertEquals(group.members(), group.all(), () -> told(number));
            for (Live member : everybody) {
                boolean runs = member.run == Run.UP;
                assertEquals(group.members().contains(member), runs, () -> told(number));
                assertFalse(runs && member.version != member.version(), () -> told(number));
            }
            group.stop("told");
            settle();
            assertTrue(group.isOver() && everybody.stream().allMatch(one -> one.run == Run.NONE), () -> told(number));
        }
    }

    /** Where nothing else happens, an update disturbs none that has not changed, and is not over in between. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void anUpdateTouchesOnlyWhatItMust(Strategy strategy) {
        for (int seed = 0; seed < WALKS; seed++) {
            begin(seed, strategy);
            group.start();
            settle();
            int number = seed;
            assertTrue(group.isReady(), () -> told(number));
            for (int round = 0; round < 3; round++) {
                Map<Live, Integer> runs = new HashMap<>();
                everybody.stream().filter(one -> !one.gone).forEach(one -> runs.put(one, one.runs));
                Map<String, Integer> before = Map.copyOf(versions);
                update(strategy, true);
                List<Boolean> changed = new ArrayList<>();
                for (GroupMember member : group.members()) {
                    changed.add(runs.containsKey(member)
                            && !versions.getOrDefault(member.name(), 0).equals(before.getOrDefault(member.name(), 0)));
                }
                for (int step = 0; step < 60 * everybody.size(); step++) {
                    assertFalse(group.isOver(), () -> told(number));
                    step(false);
                }
                assertTrue(group.isReady(), () -> told(number));
                for (GroupMember member : group.members()) {
                    boolean restarts =
                            switch (strategy) {
                                case ONE_FOR_ONE -> changed.get(member.place);
                                case ONE_FOR_ALL -> changed.contains(true);
                                case REST_FOR_ONE ->
                                    changed.subList(0, member.place + 1).contains(true);
                            };
                    int expected = !runs.containsKey(member) ? 1 : runs.get(member) + (restarts ? 1 : 0);
                    assertEquals(expected, ((Live) member).runs, () -> member + " in " + told(number));
                }
            }
        }
    }
}
