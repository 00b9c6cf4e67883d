package dev.leash.internal.supervise;

import dev.leash.internal.contain.Census;
import dev.leash.internal.contain.Containment;
import dev.leash.internal.contain.Member;
import dev.leash.internal.events.Log;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.WaitBuffer;
import java.io.IOException;
import java.util.List;

/** Takes back a child that was just started and must not run on. For any thread. */
final class Undo {
    private static final long LONGEST_SEARCH_NANOS = 2_000_000_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private Undo() {}

    /**
     * Kills it and what it may have started by now; {@link #reap} has to follow. It has not been reaped, so the number is its
     * own; where it leads no group there is none of that number.
     *
     * @param pidfd negative if there is none
     * @return whether it may be killed: a setuid program that has become another user may not, and lives on
     */
    static boolean kill(CallState state, int pid, int pidfd) {
        int ignored = Processes.kill(state, -pid, StopStep.SIGKILL);
        int answer = Processes.signalUnreaped(state, pid, pidfd, StopStep.SIGKILL);
        if (answer == 0 || answer == -Errno.ESRCH) {
            return true;
        }
        Log.warning("process " + pid + " was started for a run that failed, may not be killed (" + Errno.name(-answer)
                + "), and lives on");
        return false;
    }

    /**
     * Kills the programs with those who have left their group, as at the end of a run. On the starting thread, which may
     * wait. A cgroup has no need of it: it is killed as a whole when it is abandoned.
     *
     * @param programs in the order of their start; none has been reaped
     */
    static void killTree(List<Started.Program> programs, Containment.Factory factory) {
        if (programs.isEmpty() || programs.getFirst().pidfd < 0 || factory.isCgroup()) {
            return;
        }
        Started.Program leader = programs.getFirst();
        CallState state = CallState.create(); // the containment's, and it may outlast this thread
        Containment members = factory.of(state, leader.pid, leader.pidfd);
        try {
            members.stopComes(programs.stream()
                    .mapToInt(Started.Program::pid)
                    .filter(pid -> pid > 0)
                    .toArray());
            long until = Clock.monotonicNanos() + LONGEST_SEARCH_NANOS;
            while (!members.reachesAll() && killsSomebody(state, members) && Clock.monotonicNanos() < until) {
                Clock.sleep(PAUSE_NANOS);
            }
        } finally {
            members.close();
        }
    }

    /** False if there is nobody left whom it could kill. Who was found is stopped first, so that none escapes by a fork. */
    private static boolean killsSomebody(CallState state, Containment members) {
        try (Census census = members.census(true)) {
            int ignored = members.signal(StopStep.SIGKILL); // who may not be killed is told of with the programs
            census.signal(state, StopStep.SIGKILL);
            List<Member> refused =
                    census.living().stream().filter(one -> one.refusal() != 0).toList();
            if (refused.size() < census.living().size()) {
                return true;
            }
            refused.forEach(one -> Log.warning("of a run that failed to start lives on: " + one));
        } catch (IOException e) {
            // The search has failed: the programs and their group are killed all the same.
            Log.warning("cannot look for what a run that failed has started: " + e.getMessage());
        }
        return false;
    }

    /** Waits for a child that was killed. One that was not is reaped when it exits: to wait for it might take for ever. */
    static void reap(CallState state, int pid, boolean killed) {
        if (!killed) {
            LateReaper.take(pid);
            return;
        }
        // ECHILD: something else in this JVM has waited for all children. It is gone all the same.
        int ignored = Processes.reapWaiting(state, pid, new WaitBuffer());
    }
}
