package dev.leash.internal.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which order the members of a group are started: each after those that it depends on, otherwise as they were named.
 * They are stopped in the reverse order. Immutable.
 *
 * @param names in the order of the start
 * @param ready for each member, by its place: those that have to be ready first
 * @param done for each member: those that have to have succeeded first
 */
public record GroupOrder(List<String> names, List<List<Integer>> ready, List<List<Integer>> done) {
    /**
     * What a member depends on, by name.
     *
     * @param after have to be ready
     * @param afterSuccess have to have succeeded
     */
    public record Needs(Set<String> after, Set<String> afterSuccess) {}

    /**
     * The order of these members, by name.
     *
     * @throws IllegalArgumentException if a name is unknown, or members wait for each other
     */
    public static GroupOrder of(Map<String, Needs> members) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (String name : members.keySet()) {
            place(name, members, places, new ArrayDeque<>());
        }
        List<String> names = List.copyOf(places.keySet());
        List<List<Integer>> ready = new ArrayList<>();
        List<List<Integer>> done = new ArrayList<>();
        for (String name : names) {
            Needs needs = members.get(name);
            ready.add(
                    needs == null
                            ? List.of()
                            : needs.after().stream().map(places::get).toList());
            done.add(
                    needs == null
                            ? List.of()
                            : needs.afterSuccess().stream().map(places::get).toList());
        }
        return new GroupOrder(names, List.copyOf(ready), List.copyOf(done));
    }

    private static void place(
            String name, Map<String, Needs> members, Map<String, Integer> places, Deque<String> path) {
        if (places.containsKey(name)) {
            return;
        }
        Needs needs = members.get(name);
        if (needs == null) {
            throw new IllegalArgumentException(
                    "service " + path.getLast() + " comes after " + name + ", which is not in the group");
        }
        if (path.contains(name)) {
            List<String> circle = new ArrayList<>(path);
            circle = circle.subList(circle.indexOf(name), circle.size());
            throw new IllegalArgumentException("services wait for each other: "
                    + String.join(", which waits for ", circle) + ", which waits for " + name);
        }
        path.addLast(name);
        for (String each : needs.after()) {
            place(each, members, places, path);
        }
        for (String each : needs.afterSuccess()) {
            place(each, members, places, path);
        }
        path.removeLast();
        places.put(name, places.size());
    }
}
