package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.EventFd;
import dev.leash.internal.sys.SystemCallException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Lets other threads end the loop's wait. Any number of wake-ups between two turns cost one system call: only the
 * thread that sets the flag writes to the eventfd.
 */
final class Wakeup {
    private static final AtomicIntegerFieldUpdater<Wakeup> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(Wakeup.class, "pending");

    private final CallState loopsState;
    private final EventFd event;
    /** 1 if a thread has written, or is about to. */
    private volatile int pending;

    Wakeup(CallState loopsState) throws SystemCallException {
        this.loopsState = loopsState;
        this.event = EventFd.open(loopsState);
    }

    int fd() {
        return event.fd();
    }

    /** Ends the wait. From any thread. After {@link #clear} the loop sees what the caller published before. */
    void wake() {
        if (pending == 0 && PENDING.compareAndSet(this, 0, 1)) {
            boolean written = false;
            try {
                event.signal();
                written = true;
            } finally {
                if (!written) {
                    pending = 0; // only stored: where the stack is full, nothing can be called
                }
            }
        }
    }

    /** For the loop, before it looks for work: later wake-ups then write again. */
    void clear() {
        event.clear(loopsState);
        pending = 0;
    }

    /** For the loop, after its end. Later wake-ups do nothing. */
    void close() {
        // A thread has set the flag and may not have written yet. If the descriptor were closed now, that thread would
        // write into whatever file gets the number next. If it cannot write, it takes the flag back.
        while (!PENDING.compareAndSet(this, 0, 1) && !event.clear(loopsState)) {
            Thread.onSpinWait();
        }
        event.close(loopsState);
    }
}
