package dev.leash.internal.loop;

import dev.leash.internal.sys.Background;
import dev.leash.internal.sys.ThreadTuning;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The thread that turns an {@link EventLoop}. A daemon: a supervisor that is never closed does not keep the JVM
 * alive.
 */
public final class LoopThread {
    private final EventLoop loop;
    private final BooleanSupplier ended;
    private final Consumer<Throwable> died;
    private final Runnable last;
    private final Thread thread;
    private final AtomicBoolean takenOver = new AtomicBoolean();

    /**
     * @param ended asked on the loop's thread after each turn; true ends the thread
     * @param died gets what a turn has thrown, on the loop's thread; the thread then ends
     * @param last run after the loop's descriptors are closed
     */
    public LoopThread(String name, EventLoop loop, BooleanSupplier ended, Consumer<Throwable> died, Runnable last) {
        this.loop = loop;
        this.ended = ended;
        this.died = died;
        this.last = last;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /**
     * Turns the loop on the calling thread if its own thread never will again because user code on it has called
     * {@link System#exit}: exit waits for the shutdown hooks, which wait for the loop. From any other thread; returns
     * at once if there is no need, otherwise when the loop has ended.
     */
    public void takeOverIfExiting() {
        if (isExiting() && !takenOver.getAndSet(true)) {
            run();
        }
    }

    private boolean isExiting() {
        if (thread.getState() == Thread.State.RUNNABLE) {
            return false; // the usual state, also while it polls
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Starts the thread. If no thread can be started, the loop is closed.
     *
     * @throws IOException at the limit of processes, which includes threads
     */
    public void start() throws IOException {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            loop.close();
            if (Background.isLimit(e)) {
                throw new IOException("no thread for the event loop: " + Background.LIMIT, e);
            }
            throw e;
        }
    }

    private void run() {
        try {
            loop.adopt();
            ThreadTuning.shortSlices(loop.callState());
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
