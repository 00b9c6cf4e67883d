package dev.leash.internal.supervise;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Exit;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.internal.sys.WaitBuffer;
import org.jspecify.annotations.Nullable;

/** One program of a run, watched through its pidfd and reaped. For the loop's thread, except {@link #pid}. */
final class Stage {
    /** How long to wait before a program is looked at again that has exited and cannot be reaped: it is being traced. */
    private static final long TRACED_PAUSE_NANOS = 10_000_000;

    private final EventLoop loop;
    private final WaitBuffer waits;
    private final Started.Program process;
    private final boolean staysZombie;
    private final GuardianTable.Entry entry;
    private final Runnable exited;
    private @Nullable Registration registration;
    private @Nullable Exit exit;
    private boolean gone;
    private boolean reaped;

    /**
     * Of a program that was just started.
     *
     * @param staysZombie whether it is reaped by {@link #release} only
     * @param entry of the run, if this is its leader
     * @param exited called once, when it has exited
     */
    Stage(
            EventLoop loop,
            WaitBuffer waits,
            Started.Program process,
            boolean staysZombie,
            GuardianTable.Entry entry,
            Runnable exited) {
        this.loop = loop;
        this.waits = waits;
        this.process = process;
        this.staysZombie = staysZombie;
        this.entry = entry;
        this.exited = exited;
    }

    int pid() {
        return process.pid();
    }

    void watch() throws SystemCallException {
        registration = loop.register(process.pidfd(), Epoll.IN, readiness -> ready());
    }

    /** Looks whether it has exited, where the event may not have been read yet. */
    void look() {
        if (!gone && Processes.hasExited(loop.callState(), process.pidfd(), waits)) {
            ready();
        }
    }

    private void ready() {
        if (gone) {
            return;
        }
        boolean seen = staysZombie ? Processes.hasExited(loop.callState(), process.pidfd(), waits) : reap();
        stopWatching();
        if (!seen) {
            // Readable but not to be reaped: a tracer has it. The descriptor stays readable, so look again later.
            loop.scheduleAfter(TRACED_PAUSE_NANOS, this::ready);
            return;
        }
        gone = true;
        exited.run();
    }

    private boolean reap() {
        entry.leaderExits(); // before its number may be somebody else's
        int answer = Processes.reap(loop.callState(), process.pid(), waits);
        if (answer > 0) {
            exit = waits.exit();
        }
        // A negative answer is ECHILD: it is gone, and somebody else in this process knows how.
        reaped = answer != 0;
        if (!reaped) {
            entry.leaderStays();
        }
        return reaped;
    }

    private void stopWatching() {
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
    }

    /** Signals it if it has gone over into another group than {@code group}. Until it is reaped the pid is its own. */
    void signalOutside(int group, int signal) {
        if (!gone && Processes.groupOf(loop.callState(), process.pid()) != group) {
            int ignored = Processes.signal(loop.callState(), process.pidfd(), signal);
        }
    }

    boolean gone() {
        return gone;
    }

    /** How it ended; null if it has not been reaped, or if somebody else in this process has. */
    @Nullable
    Exit exit() {
        return exit;
    }

    private static void reapOnAnotherThread(int pid) {
        try {
            Thread.ofPlatform().daemon().name("leash-reaper-" + pid).start(() -> {
                try (CallState state = CallState.open()) {
                    Processes.reapWaiting(state, pid, new WaitBuffer());
                }
            });
        } catch (OutOfMemoryError e) {
            // No thread is to be had. A zombie is left; whoever waits must be told all the same.
        }
    }

    /** Reaps it and closes its pidfd. One that has not exited is reaped when it does, by a thread of its own. */
    void release() {
        stopWatching();
        if (gone && !reaped) {
            reap();
        }
        if (!reaped) {
            // Not here: it may take for ever, and this is the loop's thread.
            reapOnAnotherThread(process.pid());
        }
        gone = true;
        Descriptors.close(loop.callState(), process.pidfd());
    }
}
