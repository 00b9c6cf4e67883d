package dev.leash.internal.engine;

import dev.leash.internal.loop.CallerRunsLoop;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.LoopContext;
import dev.leash.internal.run.Run;
import dev.leash.internal.sys.SystemCallException;

/**
 * The event loop of a thread that drives a run while it waits for the end. For that thread, from the moment it borrows
 * it until it gives it back.
 */
final class CallerRuns {
    private final CallerRunsLoop own = new CallerRunsLoop();
    final LoopContext context = LoopContext.of(own.loop());

    /** @throws SystemCallException if a descriptor limit is reached */
    CallerRuns() throws SystemCallException {}

    EventLoop loop() {
        return own.loop();
    }

    /** From now on it belongs to the calling thread, which waits for nothing on it yet. */
    void adopt() {
        own.adopt();
    }

    /**
     * Drives {@code run} until it has ended.
     *
     * @throws InterruptedException if the thread is interrupted before
     */
    void drive(Run run) throws InterruptedException {
        own.turnUntil(run.ending()::isDone);
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
