package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGKILL;

import dev.leash.internal.sys.CallState;
import java.io.IOException;

/** Kills what is left of a run when no loop waits for it, on a thread of its own, because the search may take long. */
public final class BackgroundKill {

    private BackgroundKill() {}

    /**
     * Returns at once if a thread can be started; otherwise the calling thread kills. The caller may close the set when
     * this returns: the search has what it needs.
     */
    public static void start(ProcessSet processes) {
        ProcessSet.Hold hold = processes.hold();
        try {
            Thread ignored = Thread.ofPlatform().daemon().name("leash-scan").start(() -> kill(processes, hold));
        } catch (OutOfMemoryError e) {
            kill(processes, hold);
        }
    }

    private static void kill(ProcessSet processes, ProcessSet.Hold hold) {
        try (CallState state = CallState.open()) {
            try {
                kill(state, processes);
            } finally {
                hold.release(state);
            }
        }
    }

    private static void kill(CallState state, ProcessSet processes) {
        try {
            MemberSnapshot members = processes.snapshot(state, true);
            members.signal(state, SIGKILL);
            members.close(state);
        } catch (IOException e) {
            // The search has failed. What can be signalled without a search has been signalled.
        }
    }
}
