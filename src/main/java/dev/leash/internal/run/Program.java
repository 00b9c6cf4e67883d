package dev.leash.internal.run;

import dev.leash.Straggler;
import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.Members;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.proc.ExitInProgress;
import dev.leash.internal.spawn.LateReaper;
import dev.leash.internal.spawn.SpawnUndo;
import dev.leash.internal.start.Started;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.internal.sys.WaitStatus;
import org.jspecify.annotations.Nullable;

/**
 * One program of a run, watched through its pidfd and reaped. For the thread that acts on the run, except
 * {@link #pid}; an exit is handled on the loop's thread.
 */
final class Program {
    /** Called once, when the program has exited. */
    interface Exited {
        /**
         * The program has exited.
         *
         * @param polled whether {@link #poll} has seen it, and not an event
         */
        void exited(boolean polled);
    }

    /** How long to wait before the next attempt to reap a program that has exited but is being traced. */
    private static final long TRACED_PAUSE_NANOS = 10_000_000;

    private static final int NO_SIGNAL = 0;

    /** As long as this a look is as good as a new one: a signal takes as long to have its effect. */
    private static final long LOOK_NANOS = 100_000;

    private final LoopScope loop;
    private final Started.Program process;
    private final boolean staysZombie;
    private final GuardianTable.Entry entry;
    private final Exited exited;
    private @Nullable Registration registration;
    private @Nullable WaitStatus exit;
    private boolean gone;
    private boolean reaped;
    private ExitInProgress.@Nullable Look lastLook;
    private long lastLookNanos;

    /**
     * For a program that has just been started.
     *
     * @param staysZombie whether it is reaped by {@link #release} only
     * @param entry the run's entry, if this is its leader
     * @param exited called once, when it has exited
     */
    Program(LoopScope loop, Started.Program process, boolean staysZombie, GuardianTable.Entry entry, Exited exited) {
        this.loop = loop;
        this.process = process;
        this.staysZombie = staysZombie;
        this.entry = entry;
        this.exited = exited;
    }

    public int pid() {
        return process.pid();
    }

    void watch() throws SystemCallException {
        registration = loop.register(process.pidfd(), Epoll.IN, readiness -> ready(false));
    }

    /** Checks whether it has exited, since the event may not have been read yet. */
    void poll() {
        if (!gone && Processes.hasExited(loop.callState(), process.pidfd())) {
            ready(true);
        }
    }

    /** Whether it is gone, or on its way there: see {@link ExitInProgress}. */
    boolean exits() {
        return gone || look().exits();
    }

    /** How many threads it has; 0 if this cannot be found out. */
    int threads() {
        return look().threads();
    }

    /** Costs more than the signal that follows, so that the same decision looks once. */
    private ExitInProgress.Look look() {
        long now = Clock.monotonicNanos();
        ExitInProgress.Look last = lastLook;
        if (last == null || now - lastLookNanos > LOOK_NANOS) {
            last = ExitInProgress.at(loop.callState(), process.pid());
            lastLook = last;
            lastLookNanos = now;
        }
        return last;
    }

    /** Whether it has exited, as far as the kernel can tell now. Changes nothing. */
    boolean hasExited() {
        return gone || Processes.hasExited(loop.callState(), process.pidfd());
    }

    private void ready(boolean polled) {
        if (gone) {
            return;
        }
        boolean seen = staysZombie ? Processes.hasExited(loop.callState(), process.pidfd()) : reap();
        stopWatching();
        if (!seen) {
            // Readable but not reapable: a tracer holds it. The descriptor stays readable, so this tries again later.
            loop.scheduleAfter(TRACED_PAUSE_NANOS, () -> ready(false));
            return;
        }
        gone = true;
        exited.exited(polled);
    }

    private boolean reap() {
        entry.leaderExits(); // before its number may be another process's
        int answer = Processes.reap(loop.callState(), process.pid());
        if (answer > 0) {
            exit = loop.callState().waits().exit();
        }
        // A negative answer is ECHILD: it is gone, since its pidfd is readable, and other code in this JVM has taken
        // its status.
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

    /** Signals it if it has moved to another group than {@code group}. Until it is reaped the pid is its own. */
    void signalOutside(int group, int signal, Delivery delivery) {
        if (!gone && Processes.groupOf(loop.callState(), process.pid()) != group) {
            delivery.add(signal(signal));
        }
    }

    /** Signals only this process; 0 or the negated errno. */
    int signal(int signal) {
        return gone ? -Errno.ESRCH : Processes.signalUnreaped(loop.callState(), process.pid(), process.pidfd(), signal);
    }

    /** Kills it and its group by the simplest means. The number of the group is its own until it is reaped. */
    void killWithGroup() {
        if (!gone || (staysZombie && !reaped)) {
            boolean ignored =
                    SpawnUndo.kill(loop.callState(), process.pid(), process.pidfd()); // refusals were reported before
        }
    }

    /** The errno with which the kernel refuses to let it be signalled; 0 if it does not, or if it has exited. */
    int refusal() {
        int answer = signal(NO_SIGNAL); // never delivered, but needs the same permission
        return answer == -Errno.ESRCH ? 0 : -answer;
    }

    /** It is alive after all that was done to end it. */
    Straggler straggler(boolean leader, boolean refused) {
        return Members.program(loop.callState(), process.pid(), leader, refused);
    }

    boolean gone() {
        return gone;
    }

    /** How it ended, as far as known. After {@link #release}. */
    WaitStatus exit() {
        if (exit != null) {
            return exit;
        }
        return reaped ? WaitStatus.LOST : WaitStatus.PENDING;
    }

    /** Reaps it and closes its pidfd. One that has not exited is reaped when it does. */
    void release() {
        try {
            stopWatching();
            if (gone && !reaped) {
                reap();
            }
        } finally {
            if (!reaped) {
                LateReaper.take(process.pid()); // its end may never come, and this is the loop's thread
            }
        }
        gone = true;
        Descriptors.close(loop.callState(), process.pidfd());
    }
}
