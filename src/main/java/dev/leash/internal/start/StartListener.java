package dev.leash.internal.start;

import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.sys.CallState;
import java.util.List;

/** Is told of the steps of a start, on the starting thread. */
public interface StartListener extends SpawnRequest.Holder {
    /** A program is about to be started. */
    default void stageComes(ProgramSpec stage) {}

    /**
     * A program has been started.
     *
     * @param leader whether it is the first of the run
     */
    void born(CallState state, int pid, boolean leader);

    /** The files that each child has to open before it executes its program. */
    default List<byte[]> execFifos() {
        return List.of();
    }
}
