package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Processes;

/** The leader and nobody else: what it starts is its own business. For the loop's thread. */
public final class LeaderOnly implements Containment {
    private final CallState state;
    private final int leaderPidfd;

    public LeaderOnly(CallState state, int leaderPidfd) {
        this.state = state;
        this.leaderPidfd = leaderPidfd;
    }

    @Override
    public int signal(int signal) {
        return Processes.signal(state, leaderPidfd, signal);
    }

    @Override
    public boolean needsZombieLeader() {
        return false;
    }

    /** {@inheritDoc} Asked only when the leader has exited. */
    @Override
    public boolean provenEmpty() {
        return true;
    }

    @Override
    public boolean reachesAll() {
        return true;
    }

    @Override
    public Census census(boolean freeze) {
        return Census.NOBODY;
    }
}
