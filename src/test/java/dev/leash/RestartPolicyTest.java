package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.service.Effects;
import dev.leash.internal.service.Event;
import dev.leash.internal.service.Event.Timing;
import dev.leash.internal.service.Phase;
import dev.leash.internal.service.ServiceTable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which crash loops the default limit finds, whatever the delays grow to. */
class RestartPolicyTest {
    private static final List<Double> CHANCES = List.of(0.0, 0.5, 0.999);

    private static final class NoEffects implements Effects {
        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public void watchReadiness() {}

        @Override
        public void watchHealth() {}

        @Override
        public void watchNothing() {}

        @Override
        public void arm(Timing timing, long dueNanos) {}

        @Override
        public void disarm(Timing timing) {}

        @Override
        public void changed(Phase phase, String why) {}
    }

    /** The number of starts of a program that always runs for so long, until it has failed; at most 1,000. */
    private static int starts(Duration run, double chance) {
        RestartPolicy policy = RestartPolicy.onFailure();
        ServiceTable table = new ServiceTable(
                new ServiceTable.Rules(policy.rules(), Long.MAX_VALUE, 1), new NoEffects(), () -> chance);
        long now = 0;
        int starts = 0;
        table.handle(new Event.Start(), now);
        while (table.phase() == Phase.STARTING && starts < 1000) {
            starts++;
            table.handle(new Event.Started(), now);
            table.handle(new Event.Ready(), now);
            now += run.toNanos();
            table.handle(new Event.Ended(false, "exit code 1"), now);
            if (table.phase() == Phase.BACKING_OFF) {
                now = table.dueNanos();
                table.handle(new Event.Due(Timing.BACKOFF), now);
            }
        }
        if (starts < 1000) {
            assertEquals(Phase.FAILED, table.phase());
        }
        return starts;
    }

    @Test
    void aProgramThatKeepsFailingSoonHasFailed() {
        for (double chance : CHANCES) {
            for (long millis : List.of(0L, 10L, 1_000L, 9_999L, 10_000L, 20_000L)) {
                assertEquals(11, starts(Duration.ofMillis(millis), chance), millis + " ms, " + chance);
            }
        }
    }

    @Test
    void aProgramThatFailsNowAndThenGoesOn() {
        for (double chance : CHANCES) {
            assertTrue(starts(Duration.ofSeconds(40), chance) >= 1000);
        }
    }
}
