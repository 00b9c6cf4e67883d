package dev.leash.internal.engine;

import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.start.StartResources;
import dev.leash.internal.sys.ChildSlot;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a run from before its first child until its caller has the handle, or, if a thread waits for the end,
 * until the end. An Error can hit the starting thread between any two steps, and a thread without stack or heap
 * cannot call anything to clean up. It can still store to a field, and that leaves the launch to the {@linkplain
 * Launches loop}.
 *
 * <p>For the starting thread; once that has left it, for the loop's thread.
 */
final class Launch {
    final StartResources resources;

    /** Whether a child may still be made, or handed over. Written by the starting thread. */
    volatile boolean starting = true;

    /** Whether nothing is left to be done: everything was given back, or the caller has the run. */
    volatile boolean settled;

    /** Whether the starting thread has left without settling this. */
    volatile boolean lost;

    /** The Error that hit the starting thread, if it is known. */
    volatile @Nullable Throwable cause;

    volatile @Nullable CallerRuns callerRuns;

    volatile @Nullable Run run;

    /** Whether the meter has counted the run. */
    volatile boolean counted;

    /** Whether the loop has the run. For the loop's thread. */
    boolean adopted;

    /** Whether the loop is ending what was left. For the loop's thread. */
    boolean ending;

    Launch(RunSpec spec, ChildSlot slot, Patience patience) {
        this.resources = new StartResources(spec, slot, patience);
    }

    RunSpec spec() {
        return resources.spec();
    }
}
