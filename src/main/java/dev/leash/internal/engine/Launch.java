package dev.leash.internal.engine;

import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.start.StartResources;
import dev.leash.internal.sys.ChildSlot;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a run from before its first child until its caller has the handle, or, where a thread waits for the end, until
 * that has come. An Error can hit the starting thread between any two steps, and where it has no stack or heap left it can
 * call nothing to put things right. To leave all of it to the {@linkplain Launches loop} takes a store to a field and no call.
 *
 * <p>For the starting thread; once that has left it, for the loop's.
 */
final class Launch {
    final StartResources resources;

    /** Whether a child may still be made, or handed over. Written by the starting thread. */
    volatile boolean starting = true;

    /** Whether nothing is left to be done: it was given back, or the caller has it. */
    volatile boolean settled;

    /** The starting thread has gone, and this was not settled. */
    volatile boolean lost;

    /** What the starting thread was hit by, where that is known. */
    volatile @Nullable Throwable cause;

    volatile @Nullable CallerRuns callerRuns;

    volatile @Nullable Run run;

    /** Whether the run is in the meter. */
    volatile boolean counted;

    /** Whether the loop has the run. The loop's. */
    boolean adopted;

    /** Whether the loop is ending what was left. The loop's. */
    boolean ending;

    Launch(RunSpec spec, ChildSlot slot, Patience patience) {
        this.resources = new StartResources(spec, slot, patience);
    }

    RunSpec spec() {
        return resources.spec();
    }
}
