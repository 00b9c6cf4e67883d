package dev.leash.internal.contain;

import java.io.IOException;

/** What is done to a child while it waits at a {@link Gate}. */
@FunctionalInterface
public interface Admission {
    /**
     * Does it.
     *
     * @param pid the child, which has not been reaped
     * @throws IOException if it cannot be done: then the child is not let in
     */
    void admit(int pid) throws IOException;
}
