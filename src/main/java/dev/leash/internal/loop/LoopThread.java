package dev.leash.internal.loop;

import dev.leash.internal.sys.ThreadTuning;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The thread that turns an {@link EventLoop}. A daemon: a supervisor that is never closed does not keep the JVM alive. */
public final class LoopThread {
    private final EventLoop loop;
    private final BooleanSupplier ended;
    private final Consumer<Throwable> died;
    private final Runnable last;
    private final Thread thread;

    /**
     * @param ended asked on the loop's thread after each turn; true ends the thread
     * @param died told, on the loop's thread, of what a turn has thrown; the thread ends
     * @param last run when the loop's descriptors are closed
     */
    public LoopThread(String name, EventLoop loop, BooleanSupplier ended, Consumer<Throwable> died, Runnable last) {
        this.loop = loop;
        this.ended = ended;
        this.died = died;
        this.last = last;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** Starts the thread. If none is to be had, the loop is closed. */
    public void start() {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            loop.close();
            throw e;
        }
    }

    private void run() {
        try {
            loop.adopt();
            ThreadTuning.preciseTimers(loop.callState());
            while (!ended.getAsBoolean()) {
                loop.turn(true);
            }
        } catch (Throwable thrown) {
            died.accept(thrown);
        } finally {
            try {
                loop.close();
            } finally {
                last.run();
            }
        }
    }
}
