package dev.leash.internal.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.spec.StopStep;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopLadderTest {
    private static final StopStep KILL = new StopStep(StopStep.SIGKILL, 0);

    @Test
    void stepsComeInOrderEachAfterTheGraceOfTheOneBefore() {
        StopLadder sequence = new StopLadder(List.of(new StopStep(2, 500), new StopStep(15, 2_000), KILL));
        assertEquals(2, sequence.advance());
        assertFalse(sequence.finished());
        assertEquals(1_500, sequence.nextDueNanos(1_000));
        assertEquals(15, sequence.advance());
        assertFalse(sequence.finished());
        assertEquals(3_600, sequence.nextDueNanos(1_600));
        assertEquals(StopStep.SIGKILL, sequence.advance());
        assertTrue(sequence.finished());
    }

    @Test
    void killAloneIsAPlan() {
        StopLadder sequence = new StopLadder(List.of(KILL));
        assertFalse(sequence.finished());
        assertEquals(StopStep.SIGKILL, sequence.advance());
        assertTrue(sequence.finished());
    }

    @Test
    void graceForEverIsNeverDue() {
        StopLadder sequence = new StopLadder(List.of(new StopStep(15, Long.MAX_VALUE), KILL));
        sequence.advance();
        assertEquals(Long.MAX_VALUE, sequence.nextDueNanos(123));
    }

    @Test
    void planThatDoesNotEndInKillIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new StopLadder(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new StopLadder(List.of(new StopStep(15, 1))));
        assertThrows(IllegalArgumentException.class, () -> new StopLadder(List.of(KILL, new StopStep(15, 1))));
    }
}
