package dev.leash.internal.loop;

import dev.leash.internal.sys.SystemCallException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.function.BooleanSupplier;

/**
 * An {@link EventLoop} without a thread: whoever waits for something that happens on it turns it meanwhile. So nobody has to
 * be woken for him, nor he when it has happened. For one platform thread at a time, except what is said to be for any.
 */
public final class CallerRunsLoop {
    private final EventLoop loop = new EventLoop();
    private Interruption interruption = new Interruption();

    /** @throws SystemCallException if a descriptor limit is reached */
    public CallerRunsLoop() throws SystemCallException {}

    public EventLoop loop() {
        return loop;
    }

    /** From now on the calling thread turns it. */
    public void adopt() {
        loop.adopt();
    }

    /** The calling thread turns it no more, and waits for nothing on it. */
    public void leave() {
        loop.disown();
    }

    /**
     * Turns the loop until it is so.
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
                interruption = new Interruption(); // one is good for one interrupt
            }
        }
    }

    /** Closes the loop's descriptors. Nobody turns it any more. */
    public void close() {
        loop.close();
    }

    /** Wakes the loop when the thread that turns it is interrupted. The JDK has this for channels, and for nothing else. */
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
