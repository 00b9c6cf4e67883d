package dev.leash.internal.start;

import dev.leash.internal.spec.ProgramSpec;
import java.util.List;

/** Is told of the steps of a start, on the starting thread. */
public interface StartListener {
    /** A program is about to be started. */
    default void stageComes(ProgramSpec stage) {}

    /** A child is about to be made. There may be several for one program, until one of them can execute it. */
    default void childComes() {}

    /** The run has a leader, with this pid. */
    void leaderBorn(int pid);

    /** The files that each child has to open before it executes its program. */
    default List<byte[]> execFifos() {
        return List.of();
    }
}
