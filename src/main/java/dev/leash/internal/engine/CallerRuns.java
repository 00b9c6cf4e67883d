package dev.leash.internal.engine;

import dev.leash.internal.loop.CallerRunsLoop;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.LoopContext;
import dev.leash.internal.run.Run;
import dev.leash.internal.sys.SystemCallException;

/**
 * The event loop of a thread that drives its own run while it waits for the end. For that thread, from the start of
 * the run to its end.
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

    /** From now on it belongs to the calling thread. */
    void adopt() {
        own.adopt();
    }

    /**
     * Drives {@code run} until it has ended.
     *
     * @throws InterruptedException if the thread is interrupted before; no thread then drives the run until the next
     *     call
     */
    void drive(Run run) throws InterruptedException {
        own.turnUntil(run.ending()::isDone);
    }

    /** The calling thread takes over the run and its loop for good, from the thread that has left them. */
    void dismiss() {
        dismissed = true;
        own.adopt();
    }

    boolean isDismissed() {
        return dismissed;
    }

    /** The calling thread drives no run any more. */
    void leave() {
        own.leave();
    }

    /** Closes its loop, which no thread may use any more. */
    void close() {
        own.close();
    }
}
