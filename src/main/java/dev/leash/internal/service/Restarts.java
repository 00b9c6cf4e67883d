package dev.leash.internal.service;

/** Whether and when a service is restarted that has ended. For one thread at a time. */
final class Restarts {
    static final long TOO_MANY = -1;

    private final RestartRules rules;
    private final Backoff backoff;
    private final RestartWindow window;

    Restarts(RestartRules rules) {
        this.rules = rules;
        this.backoff = new Backoff(rules);
        this.window = new RestartWindow(rules);
    }

    /** Those before do not count any more. */
    void forget() {
        backoff.reset();
        window.forget();
    }

    /**
     * The delay, in nanoseconds, after a run that was started then and has ended now.
     *
     * @param chance of [0, 1)
     * @return {@link #TOO_MANY} if there were too many
     */
    long delay(long startedNanos, long nowNanos, double chance) {
        if (nowNanos - startedNanos >= rules.steadyNanos()) {
            backoff.reset();
        }
        return window.allows(nowNanos) ? backoff.next(chance) : TOO_MANY;
    }
}
