package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.EventFd;
import dev.leash.internal.sys.SystemCallException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets other threads end the loop's wait. Any number of wake-ups between two turns cost one system call: only the
 * thread that sets the flag writes to the eventfd.
 */
final class Wakeup {
    private final CallState loopsState;
    private final EventFd event;
    private final AtomicBoolean pending = new AtomicBoolean();

    Wakeup(CallState loopsState) throws SystemCallException {
        this.loopsState = loopsState;
        this.event = EventFd.open(loopsState);
    }

    int fd() {
        return event.fd();
    }

    /** Ends the wait. From any thread. After {@link #clear} the loop sees what the caller published before. */
    void wake() {
        if (pending.compareAndSet(false, true)) {
            event.signal();
        }
    }

    /** For the loop, before it looks for work: later wake-ups then write again. */
    void clear() {
        event.clear(loopsState);
        pending.set(false);
    }

    /** For the loop, after its end. Later wake-ups do nothing. */
    void close() {
        if (!pending.compareAndSet(false, true)) {
            // A thread has set the flag and may not have written yet. If the descriptor were closed now, that thread
            // would write into whatever file gets the number next.
            while (!event.clear(loopsState)) {
                Thread.onSpinWait();
            }
        }
        event.close(loopsState);
    }
}
