package dev.leash;

import org.junit.jupiter.api.Assumptions;

/** A test that cannot judge on this machine says so where the build's log shows it, not in a report only. */
final class Skip {
    private Skip() {}

    static void because(String reason) {
        System.out.println("SKIPPED: " + reason);
        Assumptions.abort(reason);
    }

    static void unless(boolean condition, String reason) {
        if (!condition) {
            because(reason);
        }
    }
}
