package dev.leash.internal.start;

import dev.leash.Straggler;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.Members;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.util.List;

/** Kills and reaps children that have just been started and must not run on. For any thread. */
public final class StartUndo {
    private static final long LONGEST_SEARCH_NANOS = 2_000_000_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private StartUndo() {}

    /**
     * Kills the programs and the processes that have left their group, as at the end of a run. On the starting
     * thread, which may wait. A cgroup does not need this: it is killed as a whole when it is abandoned.
     *
     * @param programs in the order of their start; none has been reaped
     */
    static void killTree(CallState state, List<Started.Program> programs, ProcessSet.Factory factory) {
        if (programs.isEmpty() || programs.getFirst().pidfd < 0 || factory.cgroup() != null) {
            return;
        }
        Started.Program leader = programs.getFirst();
        ProcessSet members = factory.of(state, leader.pid, leader.pidfd);
        try {
            int[] pids = programs.stream()
                    .mapToInt(Started.Program::pid)
                    .filter(pid -> pid > 0)
                    .toArray();
            members.stopComes(state, pids, ProcessSet.Threads.UNKNOWN);
            long until = Clock.monotonicNanos() + LONGEST_SEARCH_NANOS;
            while (!members.reachesAll() && killsSomebody(state, members) && Clock.monotonicNanos() < until) {
                Clock.sleep(PAUSE_NANOS);
            }
        } finally {
            members.close(state);
        }
    }

    /**
     * False if there is no process left that it could kill. Processes are stopped as they are found, so that none
     * escapes by a fork.
     */
    private static boolean killsSomebody(CallState state, ProcessSet members) {
        try (MemberSnapshot snapshot = members.snapshot(state, true)) {
            int ignored = members.signal(state, StopStep.SIGKILL); // refusals are reported with the programs
            snapshot.signal(state, StopStep.SIGKILL);
            List<Straggler> refused =
                    snapshot.living().stream().filter(Straggler::refused).toList();
            if (refused.size() < snapshot.living().size()) {
                return true;
            }
            refused.forEach(one -> Log.warning(
                    "of a run that failed to start lives on: " + Members.text(List.of(one), snapshot.refusal())));
        } catch (IOException e) {
            // The search has failed: the programs and their group are killed all the same.
            Log.warning("cannot look for what a run that failed has started: " + e.getMessage());
        }
        return false;
    }
}
