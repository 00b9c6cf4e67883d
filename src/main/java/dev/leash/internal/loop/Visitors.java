package dev.leash.internal.loop;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the threads that are using descriptors of a loop at this moment. The loop closes
 * them when no such thread is left, since a number that has been closed may be another file's at once.
 */
final class Visitors {
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean closed;

    /** True: the descriptors stay open until {@link #leave}. False: they are closed, or are about to be. */
    boolean enter() {
        inside.incrementAndGet();
        if (closed) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        inside.decrementAndGet();
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets no thread in any more, and returns when the last one has left, which takes one system call at most. */
    void close() {
        closed = true;
        while (inside.get() != 0) {
            Thread.onSpinWait();
        }
    }
}
