package dev.leash.internal.start;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spawn.Spawner;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Specs;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a start had acquired when its thread was lost is given back, once, and its programs are killed and reaped. */
@Timeout(60)
class StartResourcesTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();
    private final Recorder recorder = new Recorder();
    private StartResources resources;

    /** What a containment would have made. */
    private static final class Recorder implements ProcessSet.Factory {
        private int abandoned;
        private int made;

        @Override
        public ProcessSet of(CallState runsState, int leaderPid, int leaderPidfd) {
            made++;
            return ProcessGroup.FACTORY.of(runsState, leaderPid, leaderPidfd);
        }

        @Override
        public void abandon(CallState state) {
            abandoned++;
        }
    }

    @BeforeEach
    void open() throws Exception {
        RunSpec spec = RunSpec.of(Specs.program(0, "sleep").build()).build();
        resources = new StartResources(spec, new ChildSlot(), new Patience(Long.MAX_VALUE, () -> false, () -> false));
        resources.acquire(wanted -> recorder, null);
    }

    private int spawned(String... command) throws Exception {
        return Spawner.spawn(
                state,
                new SpawnRequest(
                        Stream.of(command).map(word -> word.getBytes(UTF_8)).toList(),
                        ChildEnvironment.INHERITED,
                        new Directory.Inherited(),
                        List.of(),
                        SpawnAttributes.CLEAN,
                        3),
                resources.slot);
    }

    private void endAll() {
        eventually("all is given back", () -> resources.end(state));
    }

    @Test
    void whatWasPreparedIsAbandonedOnce() {
        endAll();
        resources.takeBack(state);
        assertEquals(1, recorder.abandoned);
        assertThrows(IllegalStateException.class, resources::prepared);
    }

    @Test
    void whatTheContainmentHasGotIsItsOwnToGiveBack() throws Exception {
        Started.Program program = resources.expect();
        program.pid = spawned("sleep", "600");
        program.pidfd = Processes.openPidfd(state, program.pid);
        int pid = program.pid;
        resources.contain(state).close(state);
        endAll();
        assertEquals(1, recorder.made);
        assertEquals(0, recorder.abandoned);
        assertTrue(ProcScan.of(pid).isEmpty());
    }

    @Test
    void eachProgramIsKilledAndReapedAndItsDescriptorsAreClosed() throws Exception {
        int[] pids = new int[3];
        for (int index = 0; index < pids.length; index++) {
            Started.Program program = resources.expect();
            program.pid = spawned("sh", "-c", "sleep 600 & wait");
            program.pidfd = Processes.openPidfd(state, program.pid);
            Descriptors.Pipe pipe = Descriptors.pipe(state);
            program.ownEnds().add(new Started.End(1, pipe.readEnd()));
            program.childsEnds().add(pipe.writeEnd());
            pids[index] = program.pid;
        }
        endAll();
        for (int pid : pids) {
            assertTrue(ProcScan.of(pid).isEmpty(), "reaped");
            eventually("what it has started is dead", () -> ProcScan.group(pid).stream()
                    .noneMatch(ProcScan.Info::alive));
        }
    }

    /** The thread was lost between the birth of the child and the store of its number. */
    @Test
    void aChildThatOnlyTheSlotKnowsIsKilledAndReaped() throws Exception {
        resources.expect();
        int pid = spawned("sleep", "600");
        assertEquals(pid, resources.slot.pid());
        endAll();
        assertTrue(ProcScan.of(pid).isEmpty());
        assertEquals(0, resources.slot.pid(), "the slot is the next one's");
    }

    @Test
    void aChildOfAnEarlierStartIsNotTakenFromTheSlot() throws Exception {
        int earlier = spawned("sleep", "600");
        try {
            resources.expect();
            endAll();
            assertTrue(ProcScan.alive(earlier));
        } finally {
            int ignored = Processes.kill(state, earlier, StopStep.SIGKILL);
            assertEquals(earlier, Processes.reapWaiting(state, earlier));
        }
    }

    @Test
    void asLongAsAnotherThreadMakesChildrenNothingIsDone() throws Exception {
        Started.Program program = resources.expect();
        // One that has exited, since that is killed and reaped in the first step.
        try (RawChild child = RawChild.start("true")) {
            child.awaitExit();
            program.pid = child.pid();
            resources.spawning = true;
            assertFalse(resources.end(state));
            assertEquals('Z', ProcScan.state(child.pid()));
            resources.spawning = false;
            child.forget();
            endAll();
            assertTrue(ProcScan.of(child.pid()).isEmpty());
        }
    }

    @Test
    void toEndItAgainDoesNothing() throws Exception {
        Started.Program program = resources.expect();
        program.pid = spawned("sleep", "600");
        endAll();
        assertTrue(resources.end(state));
        assertEquals(1, recorder.abandoned);
    }
}
