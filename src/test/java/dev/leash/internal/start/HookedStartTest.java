package dev.leash.internal.start;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.internal.contain.PreExecHook;
import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.support.LeakCheck;
import dev.leash.support.Specs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody passes the fifo who was not served, whatever the timing. */
@Timeout(60)
class HookedStartTest {
    private static final int PROGRAMS = 12;

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** The next program comes to the fifo when the one before it has just passed: sometimes it stands open still. */
    @RepeatedTest(40)
    void nextProgramDoesNotSlipThroughTheGateThatWasOpenedForThisOne() throws Exception {
        Recorder recorder = new Recorder();
        RunSpec spec = RunSpec.of(
                        Collections.nCopies(PROGRAMS, Specs.program(0, "true").build()))
                .drainNanos(0)
                .build();
        List<Integer> pids = new ArrayList<>();
        ExecFifo fifo = HookedStart.fifo(spec);
        try (CallState state = CallState.open()) {
            StartResources custody =
                    new StartResources(spec, new ChildSlot(), new Patience(Long.MAX_VALUE, () -> false, () -> false));
            custody.acquire(wanted -> recorder, null);
            Started started = HookedStart.start(custody, fifo);
            for (Started.Program program : started.stages()) {
                pids.add(program.pid());
                Processes.reapWaiting(state, program.pid());
                Descriptors.close(state, program.pidfd());
                program.ownEnds().forEach(end -> Descriptors.close(state, end.fd()));
            }
        } finally {
            fifo.dismantle();
        }
        // Twice is harmless, and may be: execve(2) lets the thread that starts go on before it gives the child another
        // name.
        assertEquals(pids, recorder.served.stream().distinct().toList());
    }

    private static final class Recorder implements ProcessSet.Factory, PreExecHook {
        private final List<Integer> served = new ArrayList<>();

        @Override
        public ProcessSet of(CallState state, int leaderPid, int leaderPidfd) {
            return ProcessGroup.FACTORY.of(state, leaderPid, leaderPidfd);
        }

        @Override
        public PreExecHook preExecHook() {
            return this;
        }

        @Override
        public void run(int pid) {
            served.add(pid);
        }
    }
}
