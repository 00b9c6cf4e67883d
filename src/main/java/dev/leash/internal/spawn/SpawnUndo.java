package dev.leash.internal.spawn;

import static dev.leash.internal.sys.SignalNumbers.SIGKILL;

import dev.leash.internal.events.Log;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;

/** Kills and reaps a child that was just spawned and must not run on. For any thread. */
public final class SpawnUndo {

    private SpawnUndo() {}

    /**
     * Kills the child and what it may have started by now; {@link #reap} must follow. The child has not been reaped,
     * so the pid is its own; if it leads no group, no group has that number.
     *
     * @param pidfd negative if there is none
     * @return whether it could be killed: this process may not kill a setuid program that has changed its user; that
     *     lives on
     */
    public static boolean kill(CallState state, int pid, int pidfd) {
        int ignored = Processes.kill(state, -pid, SIGKILL);
        int answer = Processes.signalUnreaped(state, pid, pidfd, SIGKILL);
        if (answer == 0 || answer == -Errno.ESRCH) {
            return true;
        }
        Log.warning("process " + pid + " was started for a run that failed, may not be killed (" + Errno.name(-answer)
                + "), and lives on");
        return false;
    }

    /**
     * Waits for a child that was killed. A child that could not be killed is reaped later, when it exits: to wait for
     * it might take for ever.
     */
    public static void reap(CallState state, int pid, boolean killed) {
        if (!killed) {
            LateReaper.take(pid);
            return;
        }
        // ECHILD means that something else in this JVM has waited for all children; the child has ended all the same.
        int ignored = Processes.reapWaiting(state, pid);
    }
}
