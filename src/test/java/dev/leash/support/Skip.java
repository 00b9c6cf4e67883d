package dev.leash.support;

import org.junit.jupiter.api.Assumptions;

/** For a test that cannot judge on this machine. The reasons are on the console at the end of the run. */
public final class Skip {
    private Skip() {}

    public static void because(String reason) {
        Assumptions.abort(reason);
    }

    public static void unless(boolean condition, String reason) {
        if (!condition) {
            because(reason);
        }
    }
}
