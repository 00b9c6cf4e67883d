package dev.leash;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DurationsTest {
    private static final Command COMMAND = Command.of("true");

    private static final List<Duration> NEGATIVE =
            List.of(ofNanos(-1), ofSeconds(-100), ofSeconds(Long.MIN_VALUE), ofSeconds(Long.MIN_VALUE, 999_999_999));

    @Test
    void aTimeoutMustBePositive() {
        assertThrows(IllegalArgumentException.class, () -> COMMAND.timeout(Duration.ZERO));
        for (Duration negative : NEGATIVE) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> COMMAND.timeout(negative));
            assertTrue(e.getMessage().contains("timeout"), e.getMessage());
        }
        assertThrows(NullPointerException.class, () -> COMMAND.timeout(null));
    }

    @Test
    void aDrainTimeMayBeZeroAndNotNegative() {
        COMMAND.drainTime(Duration.ZERO);
        for (Duration negative : NEGATIVE) {
            assertThrows(IllegalArgumentException.class, () -> COMMAND.drainTime(negative));
        }
        assertThrows(NullPointerException.class, () -> COMMAND.drainTime(null));
    }

    @Test
    void timeoutsAreKeptToTheNanosecond() {
        assertEquals(1, COMMAND.timeout(ofNanos(1)).draft().timeoutNanos);
        assertEquals(1_999_999_999L, COMMAND.timeout(ofSeconds(1, 999_999_999)).draft().timeoutNanos);
        long longest = Long.MAX_VALUE - 1;
        assertEquals(longest, COMMAND.timeout(ofNanos(longest)).draft().timeoutNanos);
    }

    @Test
    void whatDoesNotFitIsForEver() {
        assertEquals(Long.MAX_VALUE, COMMAND.draft().timeoutNanos);
        assertEquals(Long.MAX_VALUE, COMMAND.timeout(ofSeconds(Long.MAX_VALUE)).draft().timeoutNanos);
        assertEquals(
                Long.MAX_VALUE,
                COMMAND.timeout(ofSeconds(Long.MAX_VALUE, 999_999_999)).draft().timeoutNanos);
        assertEquals(
                Long.MAX_VALUE,
                COMMAND.timeout(ofNanos(Long.MAX_VALUE).plusNanos(1)).draft().timeoutNanos);
        assertEquals(Long.MAX_VALUE, COMMAND.timeout(Duration.ofDays(365 * 293)).draft().timeoutNanos);
    }

    @Test
    void aRunWithATimeoutForEverEndsByItself() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            for (Duration timeout : List.of(ofSeconds(Long.MAX_VALUE), ofNanos(Long.MAX_VALUE - 1))) {
                Result result = supervisor.run(Command.of("sh", "-c", "exit 3").timeout(timeout));
                assertEquals(Cause.EXITED, result.cause());
                assertEquals(new ExitStatus.Exited(3), result.status());
            }
        }
    }

    @Test
    void patienceMayBeZeroAndNotNegative() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            Child child = supervisor.start(Command.of("sleep", "60"));
            assertTrue(child.await(Duration.ZERO).isEmpty());
            assertTrue(child.isRunning());
            for (Duration negative : NEGATIVE) {
                assertThrows(IllegalArgumentException.class, () -> child.await(negative));
            }
            assertThrows(NullPointerException.class, () -> child.await(null));
            child.kill();
            assertTrue(child.await(ofSeconds(Long.MAX_VALUE)).isPresent());
            assertFalse(child.isRunning());
        }
    }

    @Test
    void durationsAreShownAsPeopleWriteThem() {
        assertEquals("2s", Durations.text(2_000_000_000L));
        assertEquals("0.25s", Durations.text(250_000_000L));
        assertEquals("1m30s", Durations.text(90_000_000_000L));
        assertEquals("1h0.000000001s", Durations.text(3_600_000_000_001L));
        assertEquals("ever", Durations.text(Long.MAX_VALUE));
    }
}
