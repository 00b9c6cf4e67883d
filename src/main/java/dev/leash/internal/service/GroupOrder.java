package dev.leash.internal.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

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
            place(name, members, places);
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

    /** One that is being placed, with what it depends on and is still to be looked at. */
    private record Open(String name, Iterator<String> left) {
        static Open of(String name, Needs needs) {
            return new Open(
                    name,
                    Stream.concat(needs.after().stream(), needs.afterSuccess().stream())
                            .iterator());
        }
    }

    /** Places a member after all that it depends on. Without recursion: a chain may be longer than a thread's stack. */
    private static void place(String first, Map<String, Needs> members, Map<String, Integer> places) {
        if (places.containsKey(first)) {
            return;
        }
        Deque<Open> path = new ArrayDeque<>();
        Set<String> onPath = new LinkedHashSet<>(); // the same, from the first on
        enter(first, "", members, path, onPath);
        while (!path.isEmpty()) {
            Open last = path.getLast();
            if (last.left().hasNext()) {
                String next = last.left().next();
                if (!places.containsKey(next)) {
                    enter(next, last.name(), members, path, onPath);
                }
            } else {
                path.removeLast();
                onPath.remove(last.name());
                places.put(last.name(), places.size());
            }
        }
    }

    private static void enter(
            String name, String from, Map<String, Needs> members, Deque<Open> path, Set<String> onPath) {
        Needs needs = members.get(name);
        if (needs == null) {
            throw new IllegalArgumentException(
                    "service " + from + " comes after " + name + ", which is not in the group");
        }
        if (!onPath.add(name)) {
            List<String> circle = new ArrayList<>(onPath);
            circle = circle.subList(circle.indexOf(name), circle.size());
            throw new IllegalArgumentException("services wait for each other: "
                    + String.join(", which waits for ", circle) + ", which waits for " + name);
        }
        path.addLast(Open.of(name, needs));
    }
}
