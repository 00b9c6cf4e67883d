package dev.leash.cli.up;

import dev.leash.cli.options.Similar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/** Whether each service that another waits for exists, and none waits for itself in the end. */
final class DependencyCheck {
    private record Entry(UpService service, TomlKeys keys) {
        void wrong(String key, String what) {
            keys.wrong(key, what);
        }
    }

    private final Map<String, Entry> services = new LinkedHashMap<>();
    private final Set<String> unread = new HashSet<>();

    void add(UpService service, TomlKeys from) {
        services.put(service.name(), new Entry(service, from));
    }

    /** A service that exists, and of which nothing is known. */
    void addUnread(String name) {
        unread.add(name);
    }

    void check() {
        Map<String, SequencedSet<String>> waiting = new LinkedHashMap<>();
        for (Entry entry : services.values()) {
            UpService service = entry.service();
            SequencedSet<String> others = new LinkedHashSet<>();
            others.addAll(known(entry, "after", service.after()));
            others.addAll(known(entry, "after_success", service.afterSuccess()));
            waiting.put(service.name(), others);
            for (String other : service.afterSuccess()) {
                Entry first = services.get(other);
                if (first != null && first.service().restart().when() == RestartRule.When.ALWAYS) {
                    entry.wrong(
                            "after_success",
                            "'" + other + "' is restarted always, so it never ends; give it restart = 'on-failure' or"
                                    + " 'never', or wait for it with after");
                }
            }
        }
        for (List<String> circle : Circles.of(waiting)) {
            Entry first = services.get(circle.getFirst());
            if (first != null) {
                boolean ready = first.service().after().contains(circle.get(1));
                first.wrong(
                        ready ? "after" : "after_success",
                        "each waits for the next: " + String.join(" → ", circle) + "; remove one of them");
            }
        }
    }

    private List<String> known(Entry entry, String key, List<String> others) {
        List<String> known = new ArrayList<>();
        for (String other : others) {
            if (services.containsKey(other)) {
                known.add(other);
            } else if (!unread.contains(other)) {
                Set<String> names = new LinkedHashSet<>(services.keySet());
                names.remove(entry.service().name());
                String hint = Similar.hint(other, names);
                entry.wrong(
                        key,
                        "there is no service '" + other + "'"
                                + (hint.isEmpty() ? "; add [service." + other + "] or remove the name" : hint));
            }
        }
        return known;
    }
}
