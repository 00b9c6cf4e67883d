package dev.leash.internal.loop;

import dev.leash.internal.sys.SystemCallException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.function.BooleanSupplier;

/**
 * An {@link EventLoop} without a thread of its own: the thread that waits for an event turns the loop meanwhile. So
 * no thread has to be woken, neither for the event nor for its result. For one platform thread at a time, except
 * where stated.
 */
public final class CallerRunsLoop {
    private final EventLoop loop = new EventLoop();
    private Interruption interruption = new Interruption();

    /** @throws SystemCallException if a descriptor limit is reached */
    public CallerRunsLoop() throws SystemCallException {}

    public EventLoop loop() {
        return loop;
    }

    /** The calling thread turns the loop from now on. */
    public void adopt() {
        loop.adopt();
    }

    /** The calling thread stops turning the loop and waits for nothing on it. */
    public void leave() {
        loop.disown();
    }

    /**
     * Turns the loop until {@code done} is true.
     *
     * @throws InterruptedException if the thread is interrupted before; the loop then waits for the next call
     */
    public void turnUntil(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            turn();
        }
    }

    private void turn() {
        interruption.enter();
        try {
            loop.turn(true);
        } finally {
            if (interruption.leave()) {
                interruption = new Interruption(); // one serves one interrupt
            }
        }
    }

    /** Closes the loop's descriptors. No thread may turn it any more. */
    public void close() {
        loop.close();
    }

    /** Wakes the loop when the thread that turns it is interrupted. The JDK reports an interrupt to channels only. */
    private final class Interruption extends AbstractInterruptibleChannel {
        void enter() {
            begin();
        }

        /** Whether there was an interrupt. */
        boolean leave() {
            try {
                end(true);
                return false;
            } catch (AsynchronousCloseException e) {
                return true; // and the thread's interrupt status is set
            }
        }

        @Override
        protected void implCloseChannel() {
            loop.wake();
        }
    }
}
