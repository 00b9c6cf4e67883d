package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The processes that belong to a run. For the loop's thread, except {@link #snapshot}. */
public interface ProcessSet {
    /**
     * Makes the process set of a leader that was just started, from resources acquired before the start. Either the
     * set's {@link ProcessSet#close} or {@link #abandon} releases them.
     */
    @FunctionalInterface
    interface Factory {
        ProcessSet of(CallState loopsState, int leaderPid, int leaderPidfd);

        /** The id that every process of the run inherits in its environment; null for none. */
        default @Nullable Cookie cookie() {
            return null;
        }

        /** The cgroup that was made for the run; null if it has none. */
        default @Nullable Path cgroup() {
            return null;
        }

        /** Where all cgroups of this JVM's runs are, or beside which; null if it has none. */
        default @Nullable Path cgroupsHome() {
            return null;
        }

        /** The action on each child before it executes its program; null for none. */
        default @Nullable PreExecHook preExecHook() {
            return null;
        }

        /**
         * A descriptor of the cgroup in which each child has to be made; negative for none, and for one that {@link
         * #preExecHook} moves it to.
         */
        default int cgroupDescriptor() {
            return -1;
        }

        /** The run has not started: releases what was acquired for it. */
        default void abandon(CallState state) {}
    }

    /**
     * Signals every member that can be reached without a search. Returns 0 or the negated errno: ESRCH if there is no
     * member, EPERM if no member could be signalled.
     */
    int signal(CallState state, int signal);

    /**
     * Whether {@code signal} reaches only processes that this process may signal, see kill(2): not one that has
     * changed its user. kill(2) of a group reports a refusal only if no member was reached, so each program has to be
     * asked.
     */
    default boolean needsPermission(int signal) {
        return true;
    }

    /** Whether {@link #signal} reaches all members. If not, a {@link #snapshot} finds the others. */
    boolean reachesAll();

    /** Whether {@link #signal} reaches the programs of the run that are in the set, at least. */
    default boolean reachesPrograms(int signal) {
        return true;
    }

    /** The kernel's means to pause all members at once; null if they can only be sent STOP and CONT. */
    default @Nullable Pausable pausable() {
        return null;
    }

    /** Whether the leader has to stay a zombie until nothing more will be signalled. */
    boolean needsZombieLeader();

    /**
     * Whether it is certain, at the cost of one call, that no member is left but a leader that has exited. False
     * means only that there may be one; {@link #snapshot} finds out.
     */
    boolean provenEmpty(CallState state);

    /**
     * Searches for all members that are alive. May take long: not for the loop's thread.
     *
     * @param freeze whether to send STOP to each member it finds until no new one appears: as long as members fork
     *     they cannot all be listed, and a member whose parent was killed first may not be found again. Not needed
     *     where {@link #reachesAll}
     */
    MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException;

    /** What a later {@link #snapshot} needs stays, also if this is closed meanwhile, until the result is released. */
    default Hold hold() {
        return state -> {};
    }

    /** See {@link ProcessSet#hold}. To be released once, by any thread. */
    @FunctionalInterface
    interface Hold {
        void release(CallState state);
    }

    /**
     * Reaps members that have ended and that this process has adopted, see {@link AdoptedMembers}. What this process
     * has started for the run must have been reaped before, or is left a zombie on purpose.
     *
     * @param programs the run's programs, which this must not reap
     */
    default void reapAdopted(CallState state, Set<Integer> programs) {}

    /**
     * KILL was sent to the members of {@code snapshot}: those that become children of this process have to be reaped.
     */
    default void killed(CallState state, MemberSnapshot snapshot) {}

    /**
     * A descriptor that reports EPOLLPRI whenever {@link #provenEmpty} may have changed; negative if there is none.
     */
    default int eventDescriptor() {
        return -1;
    }

    /** Tells how many threads a program has. */
    interface Threads {
        /** Tells it of none. */
        Threads UNKNOWN = pid -> 0;

        /** At this moment; 0 if this is not known. */
        int of(int pid);
    }

    /**
     * The run is about to be stopped, or is being stopped and gets its next signal: time to record its members as
     * long as /proc shows their parents. Takes some microseconds.
     *
     * @param programs the programs that have not exited
     * @param threads asked once for each of them at most
     */
    default void stopComes(CallState state, int[] programs, Threads threads) {}

    /** Whether members bear a mark, by which a single process can be told to be one wherever it has moved. */
    default boolean bearsMark() {
        return false;
    }

    /**
     * Whether the process that has the number {@code pid} now bears the mark. May take long: for any thread but the
     * loop's, also after this is closed.
     *
     * @throws IOException if this cannot be found out
     */
    default boolean bearsMark(CallState state, int pid) throws IOException {
        return false;
    }

    /** What all members together have used, as far as known; null if nothing is known. */
    default @Nullable CgroupUse use() {
        return null;
    }

    /** Releases what it holds. No method may be called afterwards, but {@link #snapshot} while there is a hold. */
    default void close(CallState state) {}
}
