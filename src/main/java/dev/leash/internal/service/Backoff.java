package dev.leash.internal.service;

/** The delays before restarts: each is longer than the one before, up to a longest one. Pure. For one thread. */
final class Backoff {
    private final RestartRules rules;
    private double nanos;

    Backoff(RestartRules rules) {
        this.rules = rules;
        this.nanos = rules.initialNanos();
    }

    /** The first delay comes again. */
    void reset() {
        nanos = rules.initialNanos();
    }

    /** @param random of [0, 1), so that services that have failed together do not come back together */
    long next(double random) {
        double delay = Math.min(nanos, (double) rules.longestNanos());
        nanos = Math.min(delay * rules.factor(), (double) rules.longestNanos());
        return Math.round(delay * (1 + rules.jitter() * (2 * random - 1)));
    }
}
