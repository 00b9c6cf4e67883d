package dev.leash.internal.spawn;

import static dev.leash.internal.sys.SignalNumbers.SIGKILL;

import dev.leash.internal.events.Log;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;

/** Takes back one child that was just spawned and must not run on. For any thread. */
public final class SpawnUndo {

    private SpawnUndo() {}

    /**
     * Kills it and what it may have started by now; {@link #reap} has to follow. It has not been reaped, so the number is its
     * own; where it leads no group there is none of that number.
     *
     * @param pidfd negative if there is none
     * @return whether it may be killed: a setuid program that has become another user may not, and lives on
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

    /** Waits for a child that was killed. One that was not is reaped when it exits: to wait for it might take for ever. */
    public static void reap(CallState state, int pid, boolean killed) {
        if (!killed) {
            LateReaper.take(pid);
            return;
        }
        // ECHILD: something else in this JVM has waited for all children. It is gone all the same.
        int ignored = Processes.reapWaiting(state, pid);
    }
}
