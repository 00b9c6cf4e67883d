package dev.leash.cli.up;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** Finds those who wait for themselves in the end. Looks at each and at what it waits for a few times only. */
final class Circles {
    private final Map<String, SequencedSet<String>> waiting;
    private final Map<String, Integer> open = new HashMap<>();
    private final Map<String, List<String>> waiters = new HashMap<>();

    private Circles(Map<String, SequencedSet<String>> waiting) {
        this.waiting = waiting;
    }

    /**
     * Circles, each with its first one at its end again. Of those that have one in common, one is found.
     *
     * @param waiting who waits for whom, in the order in which they are looked at
     */
    static List<List<String>> of(Map<String, SequencedSet<String>> waiting) {
        Map<String, SequencedSet<String>> copy = new LinkedHashMap<>();
        waiting.forEach((name, others) -> copy.put(name, new LinkedHashSet<>(others)));
        return new Circles(copy).find();
    }

    private List<List<String>> find() {
        waiting.forEach((name, others) -> {
            others.retainAll(waiting.keySet());
            open.put(name, others.size());
            others.forEach(other ->
                    waiters.computeIfAbsent(other, key -> new ArrayList<>()).add(name));
        });
        // Those that wait for nothing that is left are in no circle: what remains is, or leads to one.
        List<String> free = new ArrayList<>();
        open.forEach((name, count) -> {
            if (count == 0) {
                free.add(name);
            }
        });
        remove(free);
        List<List<String>> circles = new ArrayList<>();
        List<String> way = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        while (!waiting.isEmpty()) {
            String at = way.isEmpty() ? waiting.keySet().iterator().next() : next(way.getLast());
            Integer place = places.putIfAbsent(at, way.size());
            if (place == null) {
                way.add(at);
                continue;
            }
            List<String> circle = new ArrayList<>(way.subList(place, way.size()));
            // Those who wait for one of the circle are in none for that.
            remove(circle);
            while (!way.isEmpty() && !waiting.containsKey(way.getLast())) {
                places.remove(way.removeLast());
            }
            circle.add(at);
            circles.add(circle);
        }
        return circles;
    }

    /** The first of those that one waits for which is left; there is one. */
    private String next(String name) {
        SequencedSet<String> others = waiting.getOrDefault(name, new LinkedHashSet<>());
        while (!waiting.containsKey(others.getFirst())) {
            others.removeFirst();
        }
        return others.getFirst();
    }

    private void remove(List<String> some) {
        Deque<String> left = new ArrayDeque<>(some);
        while (!left.isEmpty()) {
            String name = left.remove();
            if (waiting.remove(name) != null) {
                for (String waiter : waiters.getOrDefault(name, List.of())) {
                    if (open.merge(waiter, -1, Integer::sum) == 0) {
                        left.add(waiter);
                    }
                }
            }
        }
    }
}
