package dev.leash.internal.service;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is in a group: those of its plan, in the order of the start, and those that leave it. For one thread at a time.
 *
 * <p>All of them are in one list, in whose reverse order they are stopped: one waits only for those behind it. So no two
 * can wait for each other, although those that leave have the dependencies of a plan that is not in force any more.
 */
final class GroupMembers {
    private List<GroupMember> current = List.of();
    private List<GroupMember> all = List.of();
    private List<GroupMember> leavers = List.of();

    /** Of all members, and of those that leave. Sets of members would take half a gigabyte for a chain of 5000. */
    private final BitSet numbers = new BitSet();

    private final BitSet leaving = new BitSet();

    /** Makes those that are new. */
    interface Maker {
        GroupMember make(String name);
    }

    /** Those of the plan, in the order of the start. */
    List<GroupMember> current() {
        return current;
    }

    /** The same, and those that leave. */
    List<GroupMember> all() {
        return all;
    }

    /** Those that leave. */
    List<GroupMember> leaving() {
        return leavers;
    }

    /** Those of the plan before that are not in the new one leave; those that are in both are the same. */
    void update(GroupPlan plan, Maker maker) {
        Map<String, GroupMember> known = new HashMap<>();
        current.forEach(member -> known.put(member.name(), member));
        List<GroupMember> next = new ArrayList<>();
        for (String name : plan.order().names()) {
            GroupMember kept = known.remove(name);
            next.add(kept == null ? numbered(maker.make(name)) : kept);
        }
        known.values().forEach(gone -> {
            gone.leaving = true;
            leaving.set(gone.number);
        });
        current = List.copyOf(next);
        for (int place = 0; place < current.size(); place++) {
            connect(place, plan);
        }
        List<GroupMember> merged = new ArrayList<>(current);
        leavers = all.stream().filter(member -> member.leaving).toList();
        leavers.forEach(gone -> merged.add(before(gone, merged), gone));
        all = List.copyOf(merged);
    }

    private GroupMember numbered(GroupMember added) {
        added.number = numbers.nextClearBit(0);
        numbers.set(added.number);
        return added;
    }

    /** What this one depends on, of which all come before it; it is also stopped before those that leave, as before. */
    private void connect(int place, GroupPlan plan) {
        GroupMember member = current.get(place);
        member.place = place;
        member.essential = plan.essential().contains(member.name());
        member.afterReady = at(plan.order().ready().get(place));
        member.afterDone = at(plan.order().done().get(place));
        BitSet kept = new BitSet();
        kept.or(member.needs);
        kept.and(leaving);
        member.needs.clear();
        for (Set<GroupMember> direct : List.of(member.afterReady, member.afterDone)) {
            for (GroupMember other : direct) {
                member.needs.set(other.number);
                member.needs.or(other.needs);
            }
        }
        member.needs.andNot(leaving); // those who leave are its own affair
        member.needs.or(kept);
    }

    private Set<GroupMember> at(List<Integer> places) {
        Set<GroupMember> some = new LinkedHashSet<>();
        places.forEach(place -> some.add(current.get(place)));
        return some;
    }

    private static int before(GroupMember gone, List<GroupMember> others) {
        for (int place = 0; place < others.size(); place++) {
            if (others.get(place).needs(gone)) {
                return place;
            }
        }
        return others.size();
    }

    /** It is forgotten. */
    void remove(GroupMember gone) {
        all = all.stream().filter(member -> !member.equals(gone)).toList();
        leavers = leavers.stream().filter(member -> !member.equals(gone)).toList();
        for (GroupMember member : all) {
            member.needs.clear(gone.number);
            if (gone.equals(member.fallenWith)) {
                member.fallenWith = null;
            }
        }
        leaving.clear(gone.number);
        numbers.clear(gone.number);
    }
}
