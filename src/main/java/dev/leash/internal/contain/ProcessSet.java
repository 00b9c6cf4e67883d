package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The processes that belong to a run. For the loop's thread, except {@link #snapshot}. */
public interface ProcessSet {
    /**
     * Makes the process set of a leader that was just started, from what was prepared before. What was prepared is given back
     * by the set, or by {@link #abandon}.
     */
    @FunctionalInterface
    interface Factory {
        ProcessSet of(CallState loopsState, int leaderPid, int leaderPidfd);

        /** The id that every process of the run is to inherit in its environment; null if there is none. */
        default @Nullable Cookie cookie() {
            return null;
        }

        /** The cgroup that was made for the run; null if it has none. */
        default @Nullable Path cgroup() {
            return null;
        }

        /** What has to be done to a child before it executes its program; null if nothing has to. */
        default @Nullable PreExecHook admission() {
            return null;
        }

        /** The run is not to be: takes back what was prepared for it. */
        default void abandon(CallState state) {}
    }

    /**
     * Signals every member that can be reached without looking for it. 0, or the negated errno: ESRCH for no member, EPERM
     * if not one could be signalled.
     */
    int signal(CallState state, int signal);

    /**
     * Whether {@code signal} reaches only who may be signalled by this process, see kill(2): not who has become another user.
     * A group tells only if it reached none, so for the programs this has to be looked at.
     */
    default boolean needsPermission(int signal) {
        return true;
    }

    /** Whether {@link #signal} reaches all there are. Where it does not, a {@link #snapshot} finds the others. */
    boolean reachesAll();

    /** Whether the leader has to stay a zombie until nothing more will be signalled. */
    boolean needsZombieLeader();

    /**
     * Whether it is certain, at the cost of one call, that nobody is left but a leader that has exited. False means only
     * that there may be somebody; {@link #snapshot} looks closer.
     */
    boolean provenEmpty(CallState state);

    /**
     * Looks for all members that are alive. May take long: not for the loop's thread.
     *
     * @param freeze whether to stop whom it finds, until nobody new appears: a member that forks cannot be counted before,
     *     and one whose parent was killed first may not be found again. Where {@link #reachesAll}, nobody has to be
     */
    MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException;

    /**
     * Reaps members that have ended and that this process has adopted, see {@link AdoptedMembers}. All that this process has started
     * for the run has been reaped by then, or is left a zombie on purpose.
     *
     * @param programs those of the run, which are not to be reaped here
     */
    default void reapAdopted(CallState state, Set<Integer> programs) {}

    /** KILL was sent to those of {@code snapshot}: if they become children of this process they are to be reaped. */
    default void killed(CallState state, MemberSnapshot snapshot) {}

    /** A descriptor with EPOLLPRI whenever {@link #provenEmpty} may have changed; negative if there is none. */
    default int eventDescriptor() {
        return -1;
    }

    /**
     * The run is about to be stopped, or is being stopped and gets its next signal: the time to look who belongs to it as
     * long as that can be seen. Takes some microseconds.
     *
     * @param programs those that have not exited
     */
    default void stopComes(CallState state, int[] programs) {}

    /** What all members together have used, as far as it is known; null if nothing is. */
    default @Nullable CgroupUse use() {
        return null;
    }

    /** Gives back what it holds. Nothing is to be called afterwards. */
    default void close(CallState state) {}
}
