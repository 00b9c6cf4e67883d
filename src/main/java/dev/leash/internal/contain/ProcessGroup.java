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
 * The process group that a run's leader made. Its number stays its own as long as any member, the zombie leader included,
 * has not been reaped; so there are two ways to signal it and never hit a stranger:
 *
 * <ul>
 *   <li>Linux 6.9 and later: through the leader's pidfd, at any time. Once the leader is reaped, ESRCH proves the group
 *       empty, which is what makes the end of a clean run cost one call.
 *   <li>Before: {@code kill(-pgid)}, with the leader left a zombie until the end; the zombie hides whether there are
 *       others, so they are looked for in /proc.
 * </ul>
 *
 * A leader that has gone over into another group of its session is reached through its pidfd. For one thread at a time.
 */
public final class ProcessGroup implements ProcessSet {

    /** Makes the group of each leader. */
    public static final Factory FACTORY = (state, pgid, leaderPidfd) -> new ProcessGroup(pgid, leaderPidfd);

    private final int pgid;
    private final int leaderPidfd;
    private final boolean throughPidfd;

    /** Who was in it when it was looked last, as far as that matters. */
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
            // Members may have stayed behind when the leader left. To be killed twice hurts nobody. Whether it may be
            // killed at
            // all the run asks for each program, whatever the group says.
            int ignored = toLeader(state, signal);
        }
        return result;
    }

    /** Where its number is used it has not been reaped: {@link #needsZombieLeader}. */
    private int toLeader(CallState state, int signal) {
        return throughPidfd
                ? Processes.signal(state, leaderPidfd, signal)
                : Processes.signalUnreaped(state, pgid, leaderPidfd, signal);
    }

    private int toGroup(CallState state, int signal) {
        return throughPidfd ? Processes.signalGroup(state, leaderPidfd, signal) : Processes.kill(state, -pgid, signal);
    }

    /** {@inheritDoc} Zombies of others count as members, and before Linux 6.9 the leader does. */
    @Override
    public boolean provenEmpty(CallState state) {
        return throughPidfd && toGroup(state, 0) == -Errno.ESRCH;
    }

    /**
     * {@inheritDoc} Before Linux 6.9 the leader's zombie hides the others from waitid(2), so those are tried that the last look
     * has found. It pins the number of the group: whoever is in it now is of the run.
     */
    @Override
    public void reapAdopted(CallState state, Set<Integer> programs) {
        if (throughPidfd) {
            boolean ignored = AdoptedMembers.reapGroup(state, pgid, leaderPidfd);
            return;
        }
        for (int pid : members) {
            if (!programs.contains(pid) && Processes.groupOf(state, pid) == pgid) {
                // Who lives on, or is another's child, is none to reap.
                int ignored = Processes.reap(state, pid);
            }
        }
    }

    /** Before Linux 6.9: takes down who is in the group, zombies included. Not for the loop's thread. */
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
