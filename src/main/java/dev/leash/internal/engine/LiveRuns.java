package dev.leash.internal.engine;

import dev.leash.Cause;
import dev.leash.internal.events.Log;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The runs on the loop of an engine, and how all of them end. For the loop's thread, except where something else is
 * said.
 */
final class LiveRuns {
    private final Set<Run> live = new HashSet<>();
    private boolean stopping;
    private volatile @Nullable RuntimeException death;

    /** Made in advance, while there is memory for it. */
    private final IllegalStateException fate = new IllegalStateException("the event loop has died");

    /** The run that is no longer a task and not yet in the set of live runs: an error in between does not lose it. */
    private @Nullable Run attaching;

    /** The last run that left the set of live runs in this turn; its waiters may not have been told yet. */
    private @Nullable Run ended;

    /** Whether the loop has ended, or is about to. */
    private volatile boolean over;

    /** @param stopping whether it ends at once, since the engine could not be made */
    LiveRuns(boolean stopping) {
        this.stopping = stopping;
    }

    /** Whether the loop has ended, or is about to. From any thread. */
    boolean isOver() {
        return over;
    }

    boolean isStopping() {
        return stopping;
    }

    /** What a start is told that comes too late. From any thread. */
    RejectedExecutionException rejection() {
        RuntimeException why = death;
        return why == null
                ? new RejectedExecutionException("the supervisor is closed")
                : new RejectedExecutionException("the supervisor is of no use any more: " + why.getMessage(), why);
    }

    /** What a run is told that comes too late. From any thread. */
    RuntimeException reason() {
        RuntimeException why = death;
        return why == null ? rejection() : why;
    }

    /** A run that was just started gets its place on the loop. */
    void attach(Run run) {
        if (over) {
            // It took so long to start that nothing waited for it any more.
            if (death == null) {
                run.fail(rejection());
            } else {
                failSurely(run);
            }
            return;
        }
        attaching = run;
        live.add(run);
        attaching = null;
        run.begin();
        if (stopping) {
            run.requestStop(Cause.CLOSED);
        }
    }

    /** {@code run} has given everything back, and is about to tell its end. */
    void detach(Run run) {
        ended = run;
        live.remove(run);
    }

    /** Stops each run by its own plan, also those that are still to come. */
    void stop() {
        stopping = true;
        for (Run run : new ArrayList<>(live)) {
            run.requestStop(Cause.CLOSED);
        }
    }

    /** Stops each run by {@code plan}. */
    void stop(List<StopStep> plan) {
        for (Run run : new ArrayList<>(live)) {
            run.requestStop(Cause.CLOSED, plan);
        }
    }

    /**
     * Whether the loop ends now. After each turn.
     *
     * @param noneElsewhere whether no other thread has a run, or a child that may become one
     */
    boolean end(boolean noneElsewhere) {
        ended = null;
        over = stopping && live.isEmpty() && noneElsewhere;
        return over;
    }

    /** The loop cannot go on: from now on nothing is attached. */
    void die() {
        death = fate;
        over = true;
    }

    /**
     * Nothing may wait for ever, and no child may run on without an owner. After {@link #die}. The heap may be full for a
     * while: then not even a lambda can be made, so each step is tried again as it is.
     */
    void failAll(Throwable cause, CallerRunsPool callerRuns) {
        fate.initCause(cause);
        int count = live.size();
        failAllOf(callerRuns);
        // Those between two lists first: the error may have come there.
        if (attaching != null) {
            failSurely(attaching);
        }
        if (ended != null) {
            failSurely(ended); // it has its end, but what waits for it may not know
        }
        failLive();
        // Last: what has ended the loop may end this, too.
        Log.error("the event loop has died; its " + count + " runs are killed and fail", cause);
    }

    private void failAllOf(CallerRunsPool callerRuns) {
        while (true) {
            try {
                callerRuns.fail(fate);
                return;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory();
            }
        }
    }

    private void failLive() {
        while (!live.isEmpty()) {
            try {
                Run run = live.iterator().next();
                failSurely(run);
                live.remove(run);
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory();
            }
        }
    }

    /** Fails {@code run} and wakes all that wait for it, also where the heap is full for a while. */
    private void failSurely(Run run) {
        while (true) {
            try {
                try {
                    run.fail(fate);
                } catch (RuntimeException | StackOverflowError e) {
                    fate.addSuppressed(e); // the others have to be told all the same
                }
                // Also where it is done: an error may have come while those that wait were being woken.
                run.ending().completeExceptionally(fate);
                return;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory(); // the loop is at its end, so this holds up nothing else
            }
        }
    }
}
