package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGKILL;

import dev.leash.internal.sys.CallState;
import java.io.IOException;

/** Kills what is left of a run when no loop waits for it, on a thread of its own, because the search may take long. */
public final class BackgroundKill {

    private BackgroundKill() {}

    /** Returns at once if a thread can be started; otherwise the calling thread kills. */
    public static void start(ProcessSet processes) {
        try {
            Thread ignored = Thread.ofPlatform().daemon().name("leash-scan").start(() -> kill(processes));
        } catch (OutOfMemoryError e) {
            kill(processes);
        }
    }

    private static void kill(ProcessSet processes) {
        try (CallState state = CallState.open()) {
            MemberSnapshot members = processes.snapshot(state, true);
            members.signal(state, SIGKILL);
            members.close(state);
        } catch (IOException e) {
            // The search has failed. What can be signalled without a search has been signalled.
        }
    }
}
