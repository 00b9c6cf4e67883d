package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SignalDispositions;
import java.io.IOException;
import java.util.Set;

/**
 * The process group that this process itself is in, together with the leader of the run, wherever that has gone. As
 * coreutils' timeout has it: a signal reaches the leader first, then the whole group, and of that group this process only
 * with KILL and STOP. Being in the group, this process pins its number. For the loop's thread.
 */
public final class OwnGroup implements Containment {
    /** The JVM lives on these: a null check or a page that was not there raises them. They cannot be ignored. */
    private static final Set<Integer> THE_JVMS = Set.of(4, 7, 8, 11);

    /** No signal, KILL, STOP, and the two that the C library keeps for itself. */
    private static final Set<Integer> NEVER_IGNORED = Set.of(0, 9, 19, 32, 33);

    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int OWN_GROUP = 0;

    private final CallState state;
    private final int leaderPidfd;
    private final int group;

    public OwnGroup(CallState state, int leaderPidfd, int group) {
        this.state = state;
        this.leaderPidfd = leaderPidfd;
        this.group = group;
    }

    /** {@inheritDoc} What is stopped is continued. This process ignores the signal from then on. */
    @Override
    public int signal(int signal) {
        int result = Processes.signal(state, leaderPidfd, signal);
        toGroup(signal);
        if (signal != SIGKILL && signal != SIGCONT) {
            Processes.signal(state, leaderPidfd, SIGCONT);
            toGroup(SIGCONT);
        }
        return result;
    }

    private void toGroup(int signal) {
        if (THE_JVMS.contains(signal)) {
            toOthers(signal);
            return;
        }
        if (!NEVER_IGNORED.contains(signal)) {
            SignalDispositions.ignore(signal);
        }
        Processes.kill(state, OWN_GROUP, signal);
    }

    /** Less sure than to signal the group: who is forked meanwhile is missed. But this process has to survive. */
    private void toOthers(int signal) {
        try {
            for (int pid : GroupMembers.of(group)) {
                int pidfd = Processes.openPidfd(state, pid);
                if (pidfd >= 0) {
                    if (pid != ProcessHandle.current().pid()
                            && GroupMembers.of(group).contains(pid)) {
                        Processes.signal(state, pidfd, signal);
                    }
                    Descriptors.close(state, pidfd);
                }
            }
        } catch (IOException e) {
            // Without /proc the leader alone has got it.
        }
    }

    @Override
    public boolean needsZombieLeader() {
        return false;
    }

    /** {@inheritDoc} Never: this process is one of them. */
    @Override
    public boolean provenEmpty() {
        return false;
    }

    @Override
    public boolean reachesAll() {
        return true;
    }

    @Override
    public Census census(boolean freeze) throws IOException {
        return GroupMembers.census(group);
    }
}
