package dev.leash.internal.contain;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class BackgroundSignalTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();
    private final String marker = ProcScan.newMarker();

    @AfterEach
    void killWhatHasLeft() {
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
        eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
    }

    /** Nothing but an earlier search knows the member: it has no cookie, and its parent is gone. */
    @RepeatedTest(20)
    void aSetThatIsClosedAtOnceIsSearchedAllTheSame() throws Exception {
        ChildEnvironment environment = ChildEnvironment.of(List.of(
                "PATH=/usr/bin:/bin".getBytes(UTF_8), (ProcScan.MARKER_VARIABLE + "=" + marker).getBytes(UTF_8)));
        ProcessTree tree;
        try (RawChild leader = RawChild.start(environment, "/bin/sh", "-c", "setsid sleep 600 & wait")) {
            eventually("it has left the group", () -> ProcScan.withMarker(marker).stream()
                    .anyMatch(info -> info.name().equals("sleep") && info.session() == info.pid()));
            tree = ProcessTree.without(state, leader.pid(), leader.pidfd(), 0);
            try (MemberSnapshot found = tree.snapshot(state, false)) {
                assertEquals(2, found.living().size());
            }
        }
        BackgroundSignal.kill(tree);
        tree.close(state);
        eventually("it is dead", () -> ProcScan.withMarker(marker).isEmpty());
    }
}
