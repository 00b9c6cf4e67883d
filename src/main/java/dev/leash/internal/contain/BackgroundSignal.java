package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;
import static dev.leash.internal.sys.SignalNumbers.SIGKILL;

import dev.leash.internal.sys.CallState;
import java.io.IOException;

/**
 * Signals what is left of a run when no loop waits for it, on a thread of its own, because the search may take long.
 * Each method returns at once if a thread can be started; otherwise the calling thread searches. The caller may close
 * the set when it returns: the search has what it needs.
 */
public final class BackgroundSignal {
    private BackgroundSignal() {}

    /** Kills all members. */
    public static void kill(ProcessSet processes) {
        start(processes, SIGKILL);
    }

    /** Continues all members that are stopped. */
    public static void resume(ProcessSet processes) {
        start(processes, SIGCONT);
    }

    private static void start(ProcessSet processes, int signal) {
        ProcessSet.Hold hold = processes.hold();
        try {
            Thread ignored = Thread.ofPlatform().daemon().name("leash-scan").start(() -> send(processes, signal, hold));
        } catch (OutOfMemoryError e) {
            send(processes, signal, hold);
        }
    }

    private static void send(ProcessSet processes, int signal, ProcessSet.Hold hold) {
        try (CallState state = CallState.open()) {
            try {
                send(state, processes, signal);
            } finally {
                hold.release(state);
            }
        }
    }

    private static void send(CallState state, ProcessSet processes, int signal) {
        try {
            MemberSnapshot members = processes.snapshot(state, signal == SIGKILL);
            members.signal(state, signal);
            members.close(state);
        } catch (IOException e) {
            // The search has failed. What can be signalled without a search has been signalled.
        }
    }
}
