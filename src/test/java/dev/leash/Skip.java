package dev.leash;

import org.junit.jupiter.api.Assumptions;

/** For a test that cannot judge on this machine. The reasons are on the console at the end of the run. */
final class Skip {
    private Skip() {}

    static void because(String reason) {
        Assumptions.abort(reason);
    }

    static void unless(boolean condition, String reason) {
        if (!condition) {
            because(reason);
        }
    }
}
