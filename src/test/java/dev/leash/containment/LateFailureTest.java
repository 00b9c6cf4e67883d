package dev.leash.containment;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pipeline whose last program cannot be started, when the first has run for a while: what that has started is ended as it is at
 * the end of a run, also what has left its group.
 */
@Timeout(60)
class LateFailureTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();

    @TempDir
    Path temp;

    @ParameterizedTest
    @EnumSource
    void whatTheFirstProgramHasStartedIsEndedToo(Containment containment) throws Exception {
        Assumptions.assumeTrue(
                containment != Containment.CGROUP || Containment.obstacle().isEmpty(),
                () -> "no cgroup: " + Containment.obstacle());
        Path fifo = temp.resolve("fifo");
        Path ready = temp.resolve("ready");
        try (Supervisor supervisor = Supervisor.create()) {
            assertTrue(supervisor.run(Command.of("mkfifo", fifo.toString())).succeeded());
            // In the group, out of it, and, where that is held too, without a parent.
            String daemon = containment == Containment.GROUP ? "" : "(setsid sleep 600 &) ; ";
            Command first = Command.shell(
                            daemon + "setsid sleep 600 & sleep 600 & sleep 0.2; touch " + ready + "; exec sleep 600")
                    .env(ProcScan.MARKER_VARIABLE, marker);
            // Nobody ever reads from it, so its opening waits until the time is over.
            Command pipeline = first.pipeTo(Command.of("cat").stdout(Output.file(fifo)))
                    .containment(containment)
                    .timeout(Duration.ofSeconds(5));
            SpawnException thrown = assertThrows(SpawnException.class, () -> supervisor.run(pipeline));
            assertEquals(SpawnException.Kind.REDIRECT, thrown.kind());
            assertTrue(Files.exists(ready), "the first program has run");
            eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
            assertEquals(0, supervisor.stats().live());
        }
        assertEquals(List.of(), ProcScan.withMarker(marker));
    }
}
