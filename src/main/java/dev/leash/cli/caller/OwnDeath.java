package dev.leash.cli.caller;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalNumbers;

/**
 * Ends this process by the signal that ended the program, so that its caller sees the same status. Without a second
 * core dump.
 */
public final class OwnDeath {
    private static final int OWN_GROUP = 0;

    private OwnDeath() {}

    /**
     * Returns only if the signal has not ended this process; false if it was not sent, because there would be a core
     * dump.
     */
    public static boolean by(CallState state, int signal) {
        if (!prepare(state, signal)) {
            return false;
        }
        OwnProcess.raise(state, signal);
        return true;
    }

    /**
     * The same for this process's whole group, as if the terminal had sent the signal to it and not to the program's
     * group.
     */
    public static boolean ofGroupBy(CallState state, int signal) {
        if (!prepare(state, signal)) {
            return false;
        }
        int ignored = Processes.kill(state, OWN_GROUP, signal); // cannot be refused: this process is in it
        OwnProcess.raise(state, signal);
        return true;
    }

    private static boolean prepare(CallState state, int signal) {
        if (!OwnProcess.disableCoreDumps(state)) {
            return false;
        }
        if (signal != SignalNumbers.SIGKILL) {
            SignalDispositions.reset(signal);
            OwnProcess.unblock(state, signal);
        }
        return true;
    }
}
