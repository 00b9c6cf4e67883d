package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;
import static dev.leash.internal.sys.SignalNumbers.SIGSTOP;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;

/**
 * Stops the members of a run that are about to be killed, so that they start no others meanwhile. For the thread that
 * searches for them.
 */
final class Freezer {
    private final CallState state;
    private final int leaderPidfd;
    private final long sinceTicks;

    /**
     * @param leaderPidfd negative if there is none
     * @param sinceTicks no member is older
     */
    Freezer(CallState state, int leaderPidfd, long sinceTicks) {
        this.state = state;
        this.leaderPidfd = leaderPidfd;
        this.sinceTicks = sinceTicks;
    }

    /**
     * Stops the group of the run with one call, which no fork in the group escapes. A process that cannot be stopped is
     * found running, and found again.
     */
    void stopGroup() {
        signalGroup(SIGSTOP);
    }

    void stop(SeenMember member, ProcessTable table) {
        if (mayStop(member.entry(), table)) {
            int ignored = member.signal(state, SIGSTOP); // as with the group
        }
    }

    /** The same for the process of {@code pidfd}, which {@code entry} is about. */
    void stop(int pidfd, ProcessEntry entry, ProcessTable table) {
        if (mayStop(entry, table)) {
            int ignored = Processes.signal(state, pidfd, SIGSTOP); // as with the group
        }
    }

    private boolean mayStop(ProcessEntry process, ProcessTable table) {
        return process.alive() && !isInOlderGroup(process, table);
    }

    /** The search has failed: no process may stay stopped because of it. */
    void resume(Iterable<SeenMember> members) {
        signalGroup(SIGCONT);
        for (SeenMember member : members) {
            int ignored = member.signal(state, SIGCONT);
        }
    }

    private void signalGroup(int signal) {
        if (KernelFeatures.PIDFD_GROUP_SIGNAL && leaderPidfd >= 0) {
            int ignored = Processes.signalGroup(state, leaderPidfd, signal);
        }
    }

    /**
     * Whether it has joined a group that is older than the run, such as the JVM's. A stopped process there would
     * endanger processes outside the run: when a group becomes orphaned and has a stopped member, the kernel sends
     * HUP to the whole group, see setpgid(2).
     */
    private boolean isInOlderGroup(ProcessEntry process, ProcessTable table) {
        for (ProcessEntry other : table.entries()) {
            if (other.group() == process.group() && other.startTicks() < sinceTicks) {
                return true;
            }
        }
        return false;
    }
}
