package dev.leash.internal.contain;

import java.io.IOException;

/** What is done to a child while it waits at a fifo between fork and exec. */
@FunctionalInterface
public interface PreExecHook {
    /**
     * Does it.
     *
     * @param pid the child, which has not been reaped
     * @throws IOException if it cannot be done: then the child is not let in
     */
    void admit(int pid) throws IOException;
}
