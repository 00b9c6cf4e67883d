package dev.leash.internal.engine;

import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.start.StartResources;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a run from before its first child until its caller has the handle, and, while a thread drives it, until
 * the end. An Error can hit the starting thread between any two steps, and a thread without stack or heap
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

    /** Whether the starting thread, or one that drove the run, has left without settling this. */
    volatile boolean lost;

    /** The Error that hit that thread, if it is known. */
    volatile @Nullable Throwable cause;

    /** The loop with which a thread drives the run. */
    volatile @Nullable CallerRuns callerRuns;

    /** Whether a thread that waits for the run drives it. */
    final AtomicBoolean driven = new AtomicBoolean();

    /** The call state with which the starting thread acts on the run until it has begun. */
    volatile @Nullable CallState startersState;

    volatile @Nullable Run run;

    /** Whether the meter has counted the run. */
    volatile boolean counted;

    /** Whether the loop is ending what was left. For the loop's thread. */
    boolean ending;

    Launch(RunSpec spec, ChildSlot slot, Patience patience) {
        this.resources = new StartResources(spec, slot, patience);
    }

    RunSpec spec() {
        return resources.spec();
    }
}
