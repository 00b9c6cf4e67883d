package dev.leash.internal.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.BlindSearch;
import dev.leash.forked.Jvm;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What /proc/PID/stat says, whatever name the process has given itself. */
@Timeout(90)
class ProcessEntryTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();

    private static ProcessEntry named(String name, char state, int threads) {
        return ProcessEntry.parse("4711 (" + name + ") " + state + " 1 2 3 0 -1 0 0 0 0 0 0 0 0 0 20 0 " + threads
                + " 0 12345 1000 100 18446744073709551615 0 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep", "", "a b", ")", ") Z 9 9 9", "((", "a) S 1", "a\nb"})
    void theNameMayHoldAnything(String name) {
        assertEquals(new ProcessEntry(4711, name, 'S', 1, 2, 3, 1, 12345), named(name, 'S', 1));
    }

    @Test
    void aProcessWhoseFirstThreadHasEndedIsAliveAsLongAsOthersAreThere() {
        assertTrue(named("x", 'Z', 2).alive());
        assertFalse(named("x", 'Z', 1).alive());
        assertFalse(named("x", 'X', 1).alive());
        assertTrue(named("x", 'D', 1).alive());
        assertFalse(named("x", 'S', 9).dead().alive());
    }

    private static boolean exits(String stat) {
        ExitInProgress.Look look = ExitInProgress.of(stat.getBytes(StandardCharsets.US_ASCII));
        assertEquals(17, look.threads());
        return look.exits();
    }

    @Test
    void aProcessThatIsEndedByASignalExitsBeforeItRuns() {
        String stat =
                "4711 (x) 4) R 1 2 3 0 -1 %d 0 0 0 0 0 0 0 0 20 0 17 0 12345 1000 100 184467 0 0 0 0 0 %d 0 0 0 0";
        assertFalse(exits(stat.formatted(0x400000, 0)));
        assertTrue(exits(stat.formatted(0x400004, 0)));
        assertTrue(exits(stat.formatted(0x400000, 1 << 8)));
        assertFalse(exits(stat.formatted(0x400000, 1 << 14)), "TERM, which it may handle");
    }

    @Test
    void aChildIsReadAsTheKernelShowsIt() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            ProcessEntry entry = ProcessEntry.read(state, child.pid());
            assertNotNull(entry);
            assertEquals(child.pid(), entry.group());
            assertEquals(ProcScan.self(), entry.parent());
            assertEquals(ProcScan.of(ProcScan.self()).orElseThrow().session(), entry.session());
            assertEquals(1, entry.threads());
            child.end();
            assertNull(ProcessEntry.read(state, child.pid()));
        }
    }

    /** To take one for gone because it cannot be read would be to lose it. */
    @Test
    void withoutDescriptorsASearchFailsAndFindsNobodyGone(@TempDir Path temp) throws Exception {
        Jvm.of(temp, BlindSearch.class).after("ulimit -n 64").run().done();
    }

    @Test
    void aFreshTableHasWhoWasThereWhenItWasAskedFor() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            assertTrue(ProcessTable.fresh().entries().stream().anyMatch(entry -> entry.pid() == child.pid()));
            child.end();
            assertTrue(ProcessTable.fresh().entries().stream().noneMatch(entry -> entry.pid() == child.pid()));
        }
    }
}
