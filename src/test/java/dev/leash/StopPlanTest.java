package dev.leash;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.internal.spec.StopStep;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StopPlanTest {
    @Test
    void killAloneIsOneStepWithoutAWait() {
        assertEquals(List.of(new StopStep(9, 0)), StopPlan.kill().steps());
        assertEquals("KILL", StopPlan.kill().toString());
    }

    @Test
    void aLadderKeepsItsOrderAndItsWaits() {
        StopPlan plan = StopPlan.signal(Signal.INT)
                .then(ofMillis(1_500))
                .signal(Signal.TERM)
                .then(ofSeconds(90))
                .signal(new Signal(35))
                .then(ofNanos(1))
                .kill();
        assertEquals(
                List.of(
                        new StopStep(2, 1_500_000_000L),
                        new StopStep(15, 90_000_000_000L),
                        new StopStep(35, 1),
                        new StopStep(9, 0)),
                plan.steps());
        assertEquals("INT, 1.5s, TERM, 1m30s, RTMIN+1, 0.000000001s, KILL", plan.toString());
    }

    @Test
    void aWaitForEverSaturates() {
        StopPlan plan =
                StopPlan.signal(Signal.TERM).then(ofSeconds(Long.MAX_VALUE)).kill();
        assertEquals(Long.MAX_VALUE, plan.steps().getFirst().graceNanos());
    }

    @Test
    void aBuilderThatIsUsedTwiceGivesTwoPlans() {
        StopPlan.Waited common = StopPlan.signal(Signal.INT).then(ofSeconds(1));
        StopPlan longer = common.signal(Signal.TERM).then(ofSeconds(2)).kill();
        StopPlan shorter = common.kill();
        assertEquals("INT, 1s, KILL", shorter.toString());
        assertEquals("INT, 1s, TERM, 2s, KILL", longer.toString());
    }

    @Test
    void plansWithTheSameStepsAreEqual() {
        StopPlan one = StopPlan.signal(Signal.TERM).then(ofSeconds(2)).kill();
        StopPlan same = StopPlan.signal(Signal.parse("15")).then(ofSeconds(2)).kill();
        assertEquals(one, same);
        assertEquals(one.hashCode(), same.hashCode());
        assertNotEquals(one, StopPlan.signal(Signal.TERM).then(ofSeconds(3)).kill());
        assertNotEquals(one, StopPlan.signal(Signal.INT).then(ofSeconds(2)).kill());
        assertNotEquals(one, StopPlan.kill());
    }

    @Test
    void killCanOnlyComeLast() {
        assertThrows(IllegalArgumentException.class, () -> StopPlan.signal(Signal.KILL));
        assertThrows(
                IllegalArgumentException.class,
                () -> StopPlan.signal(Signal.TERM).then(ofSeconds(1)).signal(Signal.KILL));
    }

    @Test
    void aWaitOfNothingIsRefused() {
        for (Duration grace : List.of(Duration.ZERO, ofNanos(-1), ofSeconds(Long.MIN_VALUE))) {
            assertThrows(IllegalArgumentException.class, () -> StopPlan.signal(Signal.TERM)
                    .then(grace));
        }
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> StopPlan.signal(null));
        assertThrows(
                NullPointerException.class, () -> StopPlan.signal(Signal.TERM).then(null));
        assertThrows(
                NullPointerException.class,
                () -> StopPlan.signal(Signal.TERM).then(ofSeconds(1)).signal(null));
    }
}
