package dev.leash.internal.bindings;

import org.junit.jupiter.api.Assumptions;

/** For a test that cannot judge on this machine. The reasons are on the console at the end of the run. */
final class Skipped {
    private Skipped() {}

    static void because(String reason) {
        Assumptions.abort(reason);
    }
}
