package dev.leash.internal.engine;

import dev.leash.internal.loop.CallerRunsLoop;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.LoopContext;
import dev.leash.internal.run.Run;
import dev.leash.internal.sys.SystemCallException;

/**
 * What a thread needs that looks after its own run while it waits for the end: a loop, which it turns itself. For that thread,
 * from the start of the run to its end.
 */
final class CallerRuns {
    private final CallerRunsLoop own = new CallerRunsLoop();
    final LoopContext context = LoopContext.of(own.loop());
    private boolean dismissed;

    /** @throws SystemCallException if a descriptor limit is reached */
    CallerRuns() throws SystemCallException {}

    EventLoop loop() {
        return own.loop();
    }

    /** From now on it is the calling thread's. */
    void adopt() {
        own.adopt();
    }

    /**
     * Looks after {@code run} until it has ended.
     *
     * @throws InterruptedException if the thread is interrupted before; nobody then looks after it until the next call
     */
    void drive(Run run) throws InterruptedException {
        own.turnUntil(run.ending()::isDone);
    }

    /** The calling thread takes the run, and the loop with it, from the one that has left them, for good. */
    void dismiss() {
        dismissed = true;
        own.adopt();
    }

    boolean isDismissed() {
        return dismissed;
    }

    /** The calling thread looks after nothing any more. */
    void leave() {
        own.leave();
    }

    /** Closes its loop. Nobody uses it any more. */
    void close() {
        own.close();
    }
}
