package dev.leash.internal.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random orders of events, each decided by its seed, against a {@link ModelWorld}. What must never happen is said there
 * and in {@link RunTableWalk}.
 */
@Timeout(120)
class RunTableWalkTest {
    private static final int WALKS = 20_000;
    private static final int EVENTS = 60;

    @Test
    void noOrderOfEventsBreaksARuleAndEachComesToAnEnd() {
        Set<State> seen = EnumSet.noneOf(State.class);
        for (long seed = 0; seed < WALKS; seed++) {
            try {
                new RunTableWalk(seed, false, seen).go(EVENTS);
            } catch (AssertionError | RuntimeException first) {
                throw new AssertionError("seed " + seed + ": " + first.getMessage() + "\n" + retrace(seed), first);
            }
        }
        assertTrue(seen.containsAll(EnumSet.allOf(State.class)), "the walks came through " + seen + " only");
    }

    private static String retrace(long seed) {
        RunTableWalk walk = new RunTableWalk(seed, true, EnumSet.noneOf(State.class));
        try {
            walk.go(EVENTS);
        } catch (AssertionError | RuntimeException again) {
            return walk.trace();
        }
        return "(it does not happen again)";
    }
}
