package dev.leash;

import java.io.IOException;

/** One kind of question of a {@link Probe}. Immutable. */
interface Check {
    /**
     * Asks once. It may block, and may be interrupted.
     *
     * @param timeoutNanos how long it may take; the caller interrupts it then, too
     * @throws IOException what speaks against it
     */
    void ask(Supervisor supervisor, long timeoutNanos) throws IOException, InterruptedException;
}
