package dev.leash.internal.engine;

import dev.leash.Cause;
import dev.leash.internal.events.Log;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.Run;
import dev.leash.internal.run.Suppression;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The runs of an engine, whichever thread drives them, and how all of them end. For any thread, except where the
 * engine's loop is named.
 */
final class LiveRuns {
    private final EventLoop loop;
    private final Set<Run> live = ConcurrentHashMap.newKeySet();

    /** Those that have been told to stop, by their own plans. */
    private final Set<Run> told = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;
    private volatile @Nullable RuntimeException death;

    /** Made in advance, while there is memory for it. */
    private final IllegalStateException fate = new IllegalStateException("the event loop has died");

    /**
     * The last run of the engine's loop that left the set of live runs in this turn; its waiters may not have been told
     * yet. For the loop's thread.
     */
    private @Nullable Run ended;

    /** Whether the loop has ended, or is about to. */
    private volatile boolean over;

    /**
     * @param loop the engine's
     * @param stopping whether it ends at once, since the engine could not be made
     */
    LiveRuns(EventLoop loop, boolean stopping) {
        this.loop = loop;
        this.stopping = stopping;
    }

    /** Whether a run has not ended. */
    boolean isEmpty() {
        return live.isEmpty();
    }

    /** What a start is told that comes too late. From any thread. */
    RejectedExecutionException rejection() {
        RuntimeException why = death;
        return why == null
                ? new RejectedExecutionException("the supervisor is closed")
                : new RejectedExecutionException("the supervisor is of no use any more: " + why.getMessage(), why);
    }

    /** A run that was just started has not ended. Before it begins. */
    void add(Run run) {
        live.add(run);
    }

    /** {@code run}, which was added before, has begun. It may be too late for it. */
    void begun(Run run) {
        if (over) {
            loop.execute(() -> endLate(run)); // it took so long to start that nothing waited for it any more
        } else if (stopping) {
            stop(run);
        }
    }

    /** On the loop's thread, or, if that has ended, on the one that has brought the run. */
    private void endLate(Run run) {
        failSurely(run, death == null ? rejection() : fate);
    }

    /** {@code run} has given everything back, and is about to tell its end. On the thread that drives it. */
    void detach(Run run) {
        boolean onLoop = loop.isLoopThread();
        if (onLoop) {
            ended = run;
        }
        live.remove(run);
        told.remove(run);
        if (stopping && !onLoop) {
            loop.execute(() -> {}); // it may be able to end now
        }
    }

    /** Stops each run by its own plan, also those that are still to come, and none twice. */
    void stop() {
        stopping = true;
        live.forEach(this::stop);
    }

    private void stop(Run run) {
        if (told.add(run)) {
            run.requestStop(Cause.CLOSED);
        }
    }

    /** Stops each run by {@code plan}. */
    void stop(List<StopStep> plan) {
        live.forEach(run -> run.requestStop(Cause.CLOSED, plan));
    }

    /**
     * Whether the loop ends now. After each turn, on the loop's thread.
     *
     * @param noneElsewhere whether there is no child that may become a run
     */
    boolean end(boolean noneElsewhere) {
        ended = null;
        if (stopping && noneElsewhere && live.isEmpty()) {
            over = true;
            // A start may have added its run just before; it asks after that whether it is too late.
            over = live.isEmpty();
        }
        return over;
    }

    /** The loop cannot go on: from now on nothing is attached. */
    void die() {
        death = fate;
        over = true;
    }

    /**
     * Nothing may wait for ever, and no child may run on without an owner. After {@link #die}. The heap may be full for
     * a while: then not even a lambda can be made, so each step is tried again as it is.
     */
    void failAll(Throwable cause) {
        fate.initCause(cause);
        int count = live.size();
        if (ended != null) {
            failSurely(ended, fate); // it has its end, but what waits for it may not know
        }
        failLive();
        // Last: what has ended the loop may end this, too.
        Log.error("the event loop has died; its " + count + " runs are killed and fail", cause);
    }

    /** Each run of this loop fails here, and each run of a thread that drives it fails there. */
    private void failLive() {
        Iterator<Run> each = null;
        Run run = null;
        while (true) {
            try {
                if (each == null) {
                    each = live.iterator();
                }
                if (run == null) {
                    if (!each.hasNext()) {
                        return;
                    }
                    run = each.next();
                }
                failSurely(run, fate);
                run = null;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory();
            }
        }
    }

    /** Fails {@code run} and wakes all that wait for it, also where the heap is full for a while. */
    private void failSurely(Run run, RuntimeException why) {
        while (true) {
            try {
                boolean here = true;
                try {
                    here = run.fail(why);
                } catch (RuntimeException | StackOverflowError e) {
                    Suppression.add(fate, e); // the others have to be told all the same
                }
                if (here) {
                    live.remove(run);
                    // Also where it is done: an error may have come while those that wait were being woken.
                    boolean ignored = run.ending().completeExceptionally(why);
                } else {
                    run.requestFailure(why);
                }
                return;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory(); // the loop is at its end, so this holds up nothing else
            }
        }
    }
}
