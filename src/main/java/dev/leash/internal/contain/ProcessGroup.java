package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGKILL;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.util.Set;

/**
 * The process group that a run's leader made. Its number cannot be reused as long as any member, a zombie leader
 * included, is not reaped. So there are two ways to signal it without ever reaching another group:
 *
 * <ul>
 *   <li>Linux 6.9 and later: through the leader's pidfd, at any time. Once the leader is reaped, ESRCH proves the
 *       group empty, which is what makes the end of a clean run cost one call.
 *   <li>Before: {@code kill(-pgid)}, with the leader left a zombie until the end; the zombie hides whether there are
 *       others, so they are looked for in /proc.
 * </ul>
 *
 * A leader that has moved to another group of its session is reached through its pidfd. For one thread at a time.
 */
public final class ProcessGroup implements ProcessSet {

    /** Makes the group of each leader. */
    public static final Factory FACTORY = (state, pgid, leaderPidfd) -> new ProcessGroup(pgid, leaderPidfd);

    private final int pgid;
    private final int leaderPidfd;
    private final boolean throughPidfd;

    /** The members at the last search, where {@link #reapAdopted} needs them. */
    private volatile Set<Integer> members = Set.of();

    ProcessGroup(int pgid, int leaderPidfd) {
        this(pgid, leaderPidfd, KernelFeatures.PIDFD_GROUP_SIGNAL);
    }

    ProcessGroup(int pgid, int leaderPidfd, boolean throughPidfd) {
        this.pgid = pgid;
        this.leaderPidfd = leaderPidfd;
        this.throughPidfd = throughPidfd;
    }

    @Override
    public boolean needsZombieLeader() {
        return !throughPidfd;
    }

    @Override
    public int signal(CallState state, int signal) {
        int result = toGroup(state, signal);
        if (result == -Errno.ESRCH) {
            return toLeader(state, signal);
        }
        if (signal == SIGKILL) {
            // Members may have stayed behind when the leader left. A second KILL has no effect. Whether a program may
            // be killed at all, the run asks for each program, whatever the group's result is.
            int ignored = toLeader(state, signal);
        }
        return result;
    }

    /** If this uses the pid, the leader has not been reaped: see {@link #needsZombieLeader}. */
    private int toLeader(CallState state, int signal) {
        return throughPidfd
                ? Processes.signal(state, leaderPidfd, signal)
                : Processes.signalUnreaped(state, pgid, leaderPidfd, signal);
    }

    private int toGroup(CallState state, int signal) {
        return throughPidfd ? Processes.signalGroup(state, leaderPidfd, signal) : Processes.kill(state, -pgid, signal);
    }

    /** {@inheritDoc} Zombies with other parents count as members; before Linux 6.9 so does the leader. */
    @Override
    public boolean provenEmpty(CallState state) {
        return throughPidfd && toGroup(state, 0) == -Errno.ESRCH;
    }

    /**
     * {@inheritDoc} Before Linux 6.9 the leader's zombie hides the other members from waitid(2), so this tries those
     * that the last search found. The zombie pins the number of the group: each process in it belongs to the run.
     */
    @Override
    public void reapAdopted(CallState state, Set<Integer> programs) {
        if (throughPidfd) {
            boolean ignored = AdoptedMembers.reapGroup(state, pgid, leaderPidfd);
            return;
        }
        for (int pid : members) {
            if (!programs.contains(pid) && Processes.groupOf(state, pid) == pgid) {
                // A process that lives, or is another process's child, is not reaped by this.
                int ignored = Processes.reap(state, pid);
            }
        }
    }

    /** Before Linux 6.9: records the members of the group, zombies included. Not for the loop's thread. */
    void lookForMembers(CallState state) throws IOException {
        if (!throughPidfd && OwnProcess.adopts(state)) {
            members = GroupMembers.withZombies(pgid);
        }
    }

    @Override
    public boolean reachesAll() {
        return true;
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
        lookForMembers(state);
        return GroupMembers.snapshot(state, pgid);
    }
}
