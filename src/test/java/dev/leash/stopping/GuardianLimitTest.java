package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Jvm;
import dev.leash.forked.Tabled;
import dev.leash.support.ProcScan;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guardian takes of what is limited no more than it needs. */
@Timeout(120)
class GuardianLimitTest {
    private final String marker = ProcScan.newMarker();

    @TempDir
    Path directory;

    @AfterEach
    void clean() {
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }

    private Jvm jvm(int children, String limit) {
        // Its performance counters are a file, too.
        return Jvm.of(directory, Tabled.class, marker, Integer.toString(children))
                .options("-XX:-UsePerfData")
                .after(limit);
    }

    private void assertGuarded(int children, String limit) throws Exception {
        try (Jvm.Running running = jvm(children, limit).start()) {
            eventually("ready", () -> {
                assertTrue(running.process().isAlive(), running::toString);
                return running.out().contains("ready");
            });
            eventually("all sleep", () -> ProcScan.withMarker(marker).size() == children + 1); // and the JVM
            running.process().destroyForcibly().waitFor();
            eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
        }
    }

    /** In units of 512 bytes, as POSIX says. */
    @ParameterizedTest
    @CsvSource({"16,24", "128,24", "32768,24"})
    void aLimitOfFileSizesLeavesAGuardian(int units, int children) throws Exception {
        assertGuarded(children, "ulimit -f " + units);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8})
    void aLimitThatLeavesNoRoomAtAllIsNamed(int units) throws Exception {
        assertEquals(Tabled.REFUSED, jvm(1, "ulimit -f " + units).run().exit());
    }

    @Test
    void moreRunsThanThereWasRoomForAtFirstAreAllGuarded() throws Exception {
        assertGuarded(700, ":");
    }

    @Test
    void noMemoryIsLockedForIt() throws Exception {
        assertGuarded(4, "ulimit -l 0");
    }
}
