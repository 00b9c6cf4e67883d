package dev.leash.internal.start;

import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spec.ProgramSpec;
import java.util.List;

/** Is told of the steps of a start, on the starting thread. */
public interface StartListener extends SpawnRequest.Holder {
    /** A program is about to be started. */
    default void stageComes(ProgramSpec stage) {}

    /** The run has a leader, with this pid. */
    void leaderBorn(int pid);

    /** The files that each child has to open before it executes its program. */
    default List<byte[]> execFifos() {
        return List.of();
    }
}
