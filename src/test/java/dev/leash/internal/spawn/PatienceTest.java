package dev.leash.internal.spawn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start through a gate waits on one thread, while the interrupt comes to another. */
@Timeout(60)
class PatienceTest {
    private static final long MINUTE = 60_000_000_000L;

    @Test
    void anInterruptIsNotForgottenWhileTheInterruptedThreadSleeps() {
        Patience patience = new Patience(Clock.monotonicNanos() + MINUTE, () -> false, Patience.Caller.PATIENT);
        assertNull(patience.pause(1));

        Thread.currentThread().interrupt();
        patience.lookForInterrupt();
        assertTrue(Thread.interrupted()); // as Clock.sleep does for as long as it sleeps

        assertEquals(Patience.End.INTERRUPT, patience.pause(2));
    }
}
