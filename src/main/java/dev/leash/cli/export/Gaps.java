package dev.leash.cli.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a unit cannot say, or what somebody has to look at: each is told in the unit, and once on standard error. */
final class Gaps {
    private final Map<String, List<String>> gaps = new LinkedHashMap<>();

    /**
     * Something that a service asks for and systemd has no word for.
     *
     * @param key of the file
     * @param what becomes of it, and what to do
     */
    void notInSystemd(String service, String key, String what) {
        add(service, "not in systemd: " + key + ": " + what);
    }

    /** Something else about a service. */
    void add(String service, String what) {
        List<String> services = gaps.computeIfAbsent(what, text -> new ArrayList<>());
        if (!services.contains(service)) {
            services.add(service);
        }
    }

    /** Those of one service. */
    List<String> of(String service) {
        List<String> own = new ArrayList<>();
        gaps.forEach((what, services) -> {
            if (services.contains(service)) {
                own.add(what);
            }
        });
        return own;
    }

    /** All of them, one a line, with the services before it. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        gaps.forEach((what, services) -> lines.add(String.join(", ", services) + ": " + what));
        return lines;
    }
}
