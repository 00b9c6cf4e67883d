package dev.leash.internal.spawn;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.Probe;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Skip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A child that must not run on, and what it has started by then. */
@Timeout(60)
class SpawnUndoTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();

    @Test
    void theChildAndItsGroupAreKilledAndTheChildIsReaped() throws Exception {
        try (RawChild leader = RawChild.leader(3)) {
            assertTrue(SpawnUndo.kill(state, leader.pid(), leader.pidfd()));
            leader.forget();
            SpawnUndo.reap(state, leader.pid(), true);
            assertTrue(ProcScan.of(leader.pid()).isEmpty());
            eventually("the members are dead", () -> ProcScan.group(leader.pid()).stream()
                    .noneMatch(ProcScan.Info::alive));
        }
    }

    @Test
    void aChildThatHasLeftItsGroupIsKilledByItsNumber() throws Exception {
        Skip.unless(Probe.succeeds("perl", "-e", "1"), "no shell can leave its group: this needs perl");
        int ignored = Skip.unlessTheGroupOfTheJvmCanBeJoined();
        try (RawChild child = RawChild.start("perl", "-e", "setpgrp(0, getpgrp(getppid)); sleep 600")) {
            eventually(
                    "it has left", () -> ProcScan.of(child.pid()).orElseThrow().pgrp() != child.pid());
            assertTrue(SpawnUndo.kill(state, child.pid(), -1), "without a pidfd, too");
            child.forget();
            SpawnUndo.reap(state, child.pid(), true);
            assertTrue(ProcScan.of(child.pid()).isEmpty());
        }
    }

    @Test
    void aChildThatHasExitedIsNoMatter() throws Exception {
        try (RawChild child = RawChild.start("true")) {
            child.awaitExit();
            assertTrue(SpawnUndo.kill(state, child.pid(), child.pidfd()));
            child.forget();
            SpawnUndo.reap(state, child.pid(), true);
            assertTrue(ProcScan.of(child.pid()).isEmpty());
        }
    }

    @Test
    void oneThatCouldNotBeKilledIsNotWaitedForAndReapedInTheEnd() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            child.forget();
            SpawnUndo.reap(state, child.pid(), false);
            assertTrue(ProcScan.alive(child.pid()), "it lives");
            ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
            eventually("it is reaped", () -> ProcScan.of(child.pid()).isEmpty());
        }
    }
}
