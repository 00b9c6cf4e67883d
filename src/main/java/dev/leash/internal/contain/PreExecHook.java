package dev.leash.internal.contain;

import java.io.IOException;

/** An action on a child that waits at an exec fifo, between fork and exec. */
@FunctionalInterface
public interface PreExecHook {
    /**
     * Acts on the child.
     *
     * @param pid the child, not yet reaped
     * @throws IOException if the action fails; the child then executes no program
     */
    void run(int pid) throws IOException;
}
