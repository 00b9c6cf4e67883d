package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;

/** The leader alone: Leash does not follow the processes that it starts. For the loop's thread. */
public final class LeaderOnly implements ProcessSet {
    private final int leaderPid;
    private final int leaderPidfd;

    public LeaderOnly(int leaderPid, int leaderPidfd) {
        this.leaderPid = leaderPid;
        this.leaderPidfd = leaderPidfd;
    }

    @Override
    public int signal(CallState state, int signal) {
        return Processes.signalUnreaped(state, leaderPid, leaderPidfd, signal);
    }

    @Override
    public boolean needsZombieLeader() {
        return !KernelFeatures.PIDFD_SIGNAL; // signals then go by pid, which must not be reused
    }

    /** {@inheritDoc} Asked only when the leader has exited. */
    @Override
    public boolean provenEmpty(CallState state) {
        return true;
    }

    @Override
    public boolean reachesAll() {
        return true;
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) {
        return MemberSnapshot.NOBODY;
    }
}
