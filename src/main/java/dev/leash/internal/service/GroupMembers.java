package dev.leash.internal.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

    /** Those of the plan before that are not in the new one leave; those that are in both are the same. */
    void update(GroupPlan plan, Maker maker) {
        Map<String, GroupMember> known = new HashMap<>();
        current.forEach(member -> known.put(member.name(), member));
        List<GroupMember> next = new ArrayList<>();
        for (String name : plan.order().names()) {
            GroupMember kept = known.remove(name);
            next.add(kept == null ? maker.make(name) : kept);
        }
        known.values().forEach(gone -> gone.leaving = true);
        current = List.copyOf(next);
        for (int place = 0; place < current.size(); place++) {
            connect(place, plan);
        }
        List<GroupMember> merged = new ArrayList<>(current);
        all.stream().filter(member -> member.leaving).forEach(gone -> merged.add(before(gone, merged), gone));
        all = List.copyOf(merged);
    }

    /** What this one depends on, of which all come before it; it is also stopped before those that leave, as before. */
    private void connect(int place, GroupPlan plan) {
        GroupMember member = current.get(place);
        member.place = place;
        member.essential = plan.essential().contains(member.name());
        member.afterReady = at(plan.order().ready().get(place));
        member.afterDone = at(plan.order().done().get(place));
        member.needs.removeIf(other -> !other.leaving);
        Set<GroupMember> direct = new HashSet<>(member.afterReady);
        direct.addAll(member.afterDone);
        for (GroupMember other : direct) {
            member.needs.add(other);
            other.needs.stream().filter(further -> !further.leaving).forEach(member.needs::add);
        }
    }

    private Set<GroupMember> at(List<Integer> places) {
        Set<GroupMember> some = new LinkedHashSet<>();
        places.forEach(place -> some.add(current.get(place)));
        return some;
    }

    private static int before(GroupMember gone, List<GroupMember> others) {
        for (int place = 0; place < others.size(); place++) {
            if (others.get(place).needs.contains(gone)) {
                return place;
            }
        }
        return others.size();
    }

    /** It is forgotten. */
    void remove(GroupMember gone) {
        all = all.stream().filter(member -> !member.equals(gone)).toList();
        for (GroupMember member : all) {
            member.needs.remove(gone);
            if (gone.equals(member.fallenWith)) {
                member.fallenWith = null;
            }
        }
    }
}
