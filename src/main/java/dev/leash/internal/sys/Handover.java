package dev.leash.internal.sys;

/**
 * Where a thread waits for work on another thread that has something of its own: a table of descriptors, counters, a
 * umask. Each thread that such a one makes has the same. And to wake a virtual thread can be to make a thread, the
 * carrier for it, which serves any virtual thread of the JVM from then on. So whoever has something of its own wakes
 * others by a monitor only: at a monitor a virtual thread keeps its carrier, or, since JDK 24, a thread of the JVM
 * wakes it.
 */
public final class Handover {
    private boolean done;

    /** The work is done. What was written before can be read after {@link #await}. For the working thread. */
    public synchronized void finish() {
        done = true;
        notifyAll();
    }

    /**
     * Waits for the end of the work, which an interrupt does not break off. For one thread.
     *
     * @param interrupted called, with the thread interrupted, each time that it has been
     */
    public void await(Runnable interrupted) {
        boolean wasInterrupted = false;
        while (!awaitOnce()) {
            wasInterrupted = true;
            Thread.currentThread().interrupt();
            interrupted.run();
            boolean ignored = Thread.interrupted(); // otherwise the next wait would not begin
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False at an interrupt. */
    private synchronized boolean awaitOnce() {
        while (!done) {
            try {
                wait();
            } catch (InterruptedException e) {
                return done;
            } catch (OutOfMemoryError | StackOverflowError e) {
                // To let a virtual thread wait takes heap. Without it this looks again and again.
            }
        }
        return true;
    }
}
