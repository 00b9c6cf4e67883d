package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.events.Log;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.Clock;

/** The path of events into the table of a run. For the thread that acts on the run. */
final class Dispatcher {
    private static final int MOST_TRIES = 200;

    private final Run run;
    private final LoopScope loop;
    private final RunTable table;

    Dispatcher(Run run, LoopScope loop, RunTable table) {
        this.run = run;
        this.loop = loop;
        this.table = table;
    }

    /**
     * On another thread than the loop's: handles an event that leads to signals and timers only. False if there is more
     * to do, such as after an exit.
     */
    boolean handleAway(Event happened) {
        if (!table.isOnlySignalled(happened)
                || run.effects().anyExited()
                || run.effects().idleIsDue()) {
            return false;
        }
        table.handle(happened);
        return true;
    }

    /**
     * On the loop's thread. An exception here fails the run. It does not reach the stream or timer that reported the
     * event.
     */
    void handle(Event happened) {
        try {
            table.handle(happened);
        } catch (Throwable thrown) {
            threw(thrown);
        }
    }

    /**
     * The run's output was too much, or made user code throw: that is the cause, unless one is decided, and ends it.
     */
    void unwanted(Cause why) {
        table.blame(why);
        handle(Event.unwanted(why));
    }

    /** Code for this run has thrown: this run fails, and no other. */
    void threw(Throwable thrown) {
        if (!loop.isHome()) {
            loop.execute(() -> threw(thrown));
            return;
        }
        if (run.ending().isDone()) {
            Log.error("after the end of the run of process " + run.pid(), thrown);
            return;
        }
        for (int tries = 1; ; tries++) {
            try {
                table.handle(Event.failure(thrown));
                return;
            } catch (OutOfMemoryError e) {
                // The heap is full. The caller may take the error for its own, and never come back to the run.
                if (tries == MOST_TRIES) {
                    throw e;
                }
                Clock.pauseForMemory();
            }
        }
    }
}
