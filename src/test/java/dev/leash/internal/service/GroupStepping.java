package dev.leash.internal.service;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.service.GroupOrder.Needs;
import dev.leash.internal.service.GroupPlan.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A group that is stepped by a test, and what it does to its members. */
abstract class GroupStepping {
    final Map<String, Needs> needs = new LinkedHashMap<>();
    final List<String> log = new ArrayList<>();
    GroupTable table = new GroupTable();

    /** Comes to the next phase at once, where that takes no process. */
    private final class Fake extends GroupMember {
        Fake(String name) {
            super(name);
        }

        @Override
        protected void start() {
            log.add("start " + name());
            table.entered(this, Phase.STARTING);
        }

        @Override
        protected void stop(String why) {
            log.add("stop " + name());
            if (phase != Phase.STOPPING) {
                table.entered(this, runs() ? Phase.STOPPING : Phase.STOPPED);
            }
        }

        @Override
        protected void cycle(String why) {
            log.add("cycle " + name());
            if (phase != Phase.STOPPING) {
                table.entered(this, runs() ? Phase.STOPPING : Phase.WAITING);
            }
        }

        @Override
        protected void hold(String why, boolean blocked) {
            if (phase == Phase.STOPPING) {
                log.add("hold " + name());
            } else if (phase != Phase.WAITING) {
                table.entered(this, Phase.WAITING);
            }
        }

        @Override
        protected void left() {
            log.add("left " + name());
        }
    }

    void member(String name, String... after) {
        needs.put(name, new Needs(new LinkedHashSet<>(List.of(after)), Set.of()));
    }

    void open(Strategy strategy, String... essential) {
        table = new GroupTable();
        update(strategy, Set.of(), essential);
    }

    /** The group has those members now that {@link #needs} has. */
    void update(Strategy strategy, Set<String> changed, String... essential) {
        table.update(new GroupPlan(GroupOrder.of(needs), strategy, Set.of(essential)), new GroupTable.Renewal() {
            @Override
            public GroupMember added(String name) {
                return new Fake(name);
            }

            @Override
            public boolean renewed(GroupMember kept) {
                return changed.contains(kept.name());
            }
        });
    }

    void update(String... changed) {
        update(Strategy.ONE_FOR_ONE, Set.of(changed));
    }

    GroupMember at(String name) {
        return table.all().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    void come(String name, Phase phase) {
        table.entered(at(name), phase);
    }

    List<String> taken() {
        List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    void startAll() {
        table.start();
        for (GroupMember member : table.members()) {
            table.entered(member, Phase.READY);
        }
        assertTrue(table.isReady());
        log.clear();
    }
}
