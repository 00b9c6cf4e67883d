package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class RefusalTest {
    @ParameterizedTest
    @CsvSource({
        "5.3.18-default, 5, 4, true",
        "5.4.0, 5, 4, false",
        "4.19, 5, 4, true",
        "6.18.44-fc-v595, 6, 9, false",
        "6.8.0-1051-azure, 6, 9, true",
        "10.0, 6, 9, false",
        "5, 5, 4, true",
        "unknown, 5, 4, false",
        "'', 5, 4, false",
    })
    void versionsAreComparedByTheirNumbers(String version, int major, int minor, boolean older) {
        assertEquals(older, Refusal.isOlder(version, major, minor));
    }

    @Test
    void aFilterAndAnOldKernelAreToldApartThoughBothSayEnosys() {
        assertEquals(
                "pidfd_open is refused with ENOSYS by a filter of system calls, since this Linux has it",
                Refusal.sentence("pidfd_open", Errno.ENOSYS, 5, 4));
        assertEquals(
                "new_call needs Linux 99.0 or newer, and this is " + System.getProperty("os.version"),
                Refusal.sentence("new_call", Errno.ENOSYS, 99, 0));
        assertEquals(
                "pidfd_open fails with EMFILE (Too many open files)",
                Refusal.sentence("pidfd_open", Errno.EMFILE, 5, 4));
    }

    @Test
    void hereNothingIsRefusedThatRunsNeed() {
        assertTrue(CallTrial.all().stream().filter(CallTrial::needed).allMatch(trial -> trial.obstacle() == null));
    }

    @Test
    void whatOthersMayBeRefusedByTheKernelIsNotBlamedOnAFilter() {
        assertEquals("open: EACCES (Permission denied)", new SystemCallException("open", Errno.EACCES).getMessage());
        assertTrue(new SystemCallException("eventfd", Errno.EPERM).getMessage().contains("filter of system calls"));
    }
}
