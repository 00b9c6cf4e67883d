package dev.leash.internal.contain;

import dev.leash.Straggler.Membership;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A member of a run that was found, and is named for certain even after its pid is reused. A pidfd names it, or, so that
 * a run with thousands of processes does not use up this JVM's descriptors, its pid and start time do: it was seen alive
 * when the tick of its start was over, so no other process can have the same pid and start time. For any thread.
 *
 * @param pidfd negative if there is none
 * @param entry as it was seen
 */
record SeenMember(int pidfd, ProcessEntry entry, Membership membership) {
    /** So many pidfds all searches of this JVM hold together. */
    private static final int MOST_HELD = 64;

    private static final AtomicInteger HELD = new AtomicInteger();
    private static final long PAUSE_NANOS = 1_000_000;

    /**
     * The process of {@code pidfd}, which has existed after {@code entry} was read. The descriptor belongs to the result,
     * or is closed.
     *
     * @return null if the process has been reaped meanwhile
     */
    static @Nullable SeenMember of(CallState state, int pidfd, ProcessEntry entry, Membership membership) {
        if (mayHold()) {
            return new SeenMember(pidfd, entry, membership);
        }
        while (Clock.bootTicks() <= entry.startTicks()) {
            Clock.sleep(PAUSE_NANOS); // for a hundredth of a second at most
        }
        boolean exists = Processes.exists(state, pidfd);
        Descriptors.close(state, pidfd);
        return exists ? new SeenMember(-1, entry, membership) : null;
    }

    private static boolean mayHold() {
        if (HELD.incrementAndGet() <= MOST_HELD) {
            return true;
        }
        HELD.decrementAndGet();
        return false;
    }

    /**
     * The same process, with a descriptor of its own.
     *
     * @return null if the process has been reaped
     * @throws IOException if no descriptor is left
     */
    @Nullable
    SeenMember copy(CallState state) throws IOException {
        return pidfd < 0
                ? this
                : of(
                        state,
                        SystemCallException.check("fcntl F_DUPFD_CLOEXEC", Descriptors.duplicate(state, pidfd, 3)),
                        entry,
                        membership);
    }

    /** As it was seen later. */
    SeenMember as(ProcessEntry later) {
        return new SeenMember(pidfd, later, membership);
    }

    int pid() {
        return entry.pid();
    }

    /** Whether {@code seen} is the same process. */
    boolean is(ProcessEntry seen) {
        return seen.pid() == entry.pid() && seen.startTicks() == entry.startTicks();
    }

    /**
     * Whether it has not been reaped, so that its pid cannot have been reused.
     *
     * @throws IOException if this cannot be found out, as when no descriptor is left
     */
    boolean exists(CallState state) throws IOException {
        if (pidfd >= 0) {
            return Processes.exists(state, pidfd);
        }
        ProcessEntry now = ProcessEntry.read(state, entry.pid());
        return now != null && is(now);
    }

    /** Signals it. Returns 0 or the negated errno; ESRCH once it has been reaped. */
    int signal(CallState state, int signal) {
        if (pidfd >= 0) {
            return Processes.signal(state, pidfd, signal);
        }
        int opened = Processes.openPidfd(state, entry.pid());
        if (opened < 0) {
            return opened;
        }
        try {
            // It has existed all the time if it does now, so it is what was opened.
            return exists(state) ? Processes.signal(state, opened, signal) : -Errno.ESRCH;
        } catch (SystemCallException e) {
            return -e.errno();
        } catch (IOException e) {
            return -Errno.EIO;
        } finally {
            Descriptors.close(state, opened);
        }
    }

    /** The errno with which the kernel refuses to signal it; 0 if it does not refuse, or has been reaped. */
    int refusal(CallState state) {
        int answer = signal(state, 0);
        return answer == -Errno.ESRCH ? 0 : -answer;
    }

    /**
     * Reaps it if it is a child of this process and has exited. This process has not started it.
     *
     * @throws IOException if this cannot be found out, as when no descriptor is left
     */
    boolean reap(CallState state, int ownPid) throws IOException {
        if (pidfd >= 0) {
            return Processes.reapByPidfd(state, pidfd);
        }
        ProcessEntry now = ProcessEntry.read(state, entry.pid());
        return now != null
                && is(now)
                && now.parent() == ownPid // which alone can reap it, so the pid stays its own until then
                && Processes.reap(state, entry.pid()) > 0;
    }

    void close(CallState state) {
        if (pidfd >= 0) {
            Descriptors.close(state, pidfd);
            HELD.decrementAndGet();
        }
    }
}
