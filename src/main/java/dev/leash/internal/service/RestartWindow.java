package dev.leash.internal.service;

import java.util.ArrayDeque;

/** Counts the restarts of the last while, to tell a crash loop from a restart now and then. Pure. For one thread. */
final class RestartWindow {
    private final RestartRules rules;
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    RestartWindow(RestartRules rules) {
        this.rules = rules;
    }

    /** Counts a restart at this time, unless it would be one too many. */
    boolean allows(long nowNanos) {
        if (rules.most() == RestartRules.UNLIMITED) {
            return true;
        }
        while (!times.isEmpty() && nowNanos - times.getFirst() >= rules.windowNanos()) {
            times.removeFirst();
        }
        if (times.size() >= rules.most()) {
            return false;
        }
        times.addLast(nowNanos);
        return true;
    }

    void forget() {
        times.clear();
    }
}
