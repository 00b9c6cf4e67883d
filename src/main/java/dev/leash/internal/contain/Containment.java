package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.util.Set;

/** The processes that belong to a run. For the loop's thread, except {@link #livingMembers}. */
public interface Containment {
    /** Makes the containment of a leader that was just started. */
    @FunctionalInterface
    interface Factory {
        Containment of(CallState loopsState, int leaderPid, int leaderPidfd);
    }

    /** Signals every member. 0, or the negated errno: ESRCH for no member, EPERM if not one could be signalled. */
    int signal(int signal);

    /** Whether the leader has to stay a zombie until nothing more will be signalled. */
    boolean needsZombieLeader();

    /**
     * Whether it is certain, at the cost of one call, that nobody is left but a leader that has exited. False means only
     * that there may be somebody; {@link #livingMembers} looks closer.
     */
    boolean provenEmpty();

    /** The pids of all members that are alive, zombies left out. May take long: not for the loop's thread. */
    Set<Integer> livingMembers() throws IOException;
}
