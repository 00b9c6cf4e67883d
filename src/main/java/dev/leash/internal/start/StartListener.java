package dev.leash.internal.start;

import dev.leash.internal.spec.ProgramSpec;
import java.util.List;

/** Who accompanies the start of a run, on the starting thread. */
public interface StartListener {
    /** A program is about to be started. */
    default void stageComes(ProgramSpec stage) {}

    /** A child is about to be made: there may be several for one program, until one of them can execute it. */
    default void childComes() {}

    /** The run has a leader, whose pid was just learnt. */
    void leaderBorn(int pid);

    /** What each child has to open before it executes its program. */
    default List<byte[]> gateFiles() {
        return List.of();
    }
}
