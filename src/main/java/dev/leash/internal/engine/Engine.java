package dev.leash.internal.engine;

import dev.leash.SpawnException;
import dev.leash.internal.events.Log;
import dev.leash.internal.guardian.Guardian;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopMeter;
import dev.leash.internal.loop.LoopThread;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.run.LoopContext;
import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.ProcessSets;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.SignalDispositions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One loop with its thread and the runs that it owns. For any thread. */
public final class Engine {
    static final long LONGEST_START_NANOS = 5_000_000_000L;
    private static final long START_CHECK_NANOS = 500_000;
    private static final long EXIT_CHECK_MILLIS = 20;

    private final EventLoop loop;
    private final LoopThread thread;
    private final RunMeter meter = new RunMeter();

    private final Launches launches;
    private final CallerRunsPool callerRunsPool;
    private final @Nullable Guardian guardian;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    private final LiveRuns runs;
    private final RunStarter starter;
    private volatile Runnable whenEnded = () -> {};

    /**
     * One without a guardian and without threads that drive runs of their own.
     *
     * @param threadName the loop's thread is named so
     * @throws IOException if a descriptor limit is reached
     * @throws UnsupportedOperationException if this is neither Linux 5.4 with glibc 2.34 nor Linux 5.11, or newer
     */
    public Engine(String threadName) throws IOException {
        this(threadName, false, 0);
    }

    /**
     * @param threadName the loop's thread is named so
     * @param guarded whether a guardian ends the runs if this JVM is killed or crashes
     * @param waiting how many threads at the same time can drive a run of their own while they wait for its end
     * @throws IOException if a descriptor limit is reached, or the guardian cannot be started
     * @throws UnsupportedOperationException if this is neither Linux 5.4 with glibc 2.34 nor Linux 5.11, or newer
     */
    public Engine(String threadName, boolean guarded, int waiting) throws IOException {
        this(threadName, guarded, waiting, ProcessSets.AS_SPECIFIED);
    }

    /**
     * The same, with process sets of the caller's own.
     *
     * @param sets asked at each start, when it has its permit
     */
    public Engine(String threadName, boolean guarded, int waiting, ProcessSets sets) throws IOException {
        KernelFeatures.requireMinimum();
        SignalDispositions.keepZombies();
        WarmUp.begin();
        Guardian watcher = null;
        boolean complete = false;
        loop = new EventLoop();
        try {
            watcher = guarded ? new Guardian(loop) : null;
            complete = true;
        } finally {
            callerRunsPool = new CallerRunsPool(complete ? waiting : 0);
            guardian = watcher;
            runs = new LiveRuns(loop, !complete); // the loop ends at once where something failed
            starter = new RunStarter(
                    LoopContext.of(loop),
                    sets,
                    watcher == null ? null : watcher.table(),
                    runs,
                    callerRunsPool,
                    meter,
                    closing::get,
                    () -> ended.getCount() == 0);
            launches = starter.launches();
            boolean turning = false;
            thread = new LoopThread(threadName, loop, this::hasEnded, this::died, this::end);
            try {
                thread.start();
                turning = true;
            } finally {
                if (!turning) {
                    end();
                }
            }
        }
        if (watcher != null) {
            loop.execute(watcher::watch);
        }
    }

    /** The loop has ended. Where the heap is full for a while, each step is tried again: no other thread does it. */
    private void end() {
        long until = System.nanoTime() + LONGEST_START_NANOS;
        Throwable thrown = null;
        int step = 0;
        while (step < 4) {
            try {
                switch (step) {
                    case 0 -> {
                        awaitDriven();
                        callerRunsPool.close();
                    }
                    case 1 -> launches.endAll(LONGEST_START_NANOS);
                    case 2 -> {
                        if (guardian != null) {
                            guardian.end();
                        }
                    }
                    default -> whenEnded.run();
                }
                step++;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory();
                step += System.nanoTime() < until ? 0 : 1;
            } catch (RuntimeException | Error e) {
                thrown = e; // the other steps are to be done all the same
                step++;
            }
        }
        ended.countDown();
        if (thrown != null) {
            Log.error("at the end of the event loop", thrown);
        }
    }

    /** If the loop has died, the threads that drive runs of their own have just been told. */
    private void awaitDriven() {
        long until = System.nanoTime() + LONGEST_START_NANOS;
        while (!runs.isEmpty() && System.nanoTime() < until) {
            Clock.sleep(EXIT_CHECK_MILLIS * 1_000_000);
        }
    }

    /**
     * What is done with a run that was just started.
     *
     * @param <T> what comes of it
     * @param <X> what it may throw
     */
    public interface Use<T, X extends Exception> {
        /** Does it, on the thread that has started the run. */
        T of(Run run) throws X;
    }

    /**
     * Starts a run: spawns on the calling thread, then hands it to the loop.
     *
     * @throws RejectedExecutionException if the engine is closed, or its loop has died
     */
    public Run start(RunSpec spec) throws SpawnException {
        return start(spec, Patience.Caller.PATIENT);
    }

    /**
     * As the other.
     *
     * @param caller asked whether to go on where the start has to wait
     */
    public Run start(RunSpec spec, Patience.Caller caller) throws SpawnException {
        return start(spec, caller, run -> run);
    }

    /**
     * The same. Where {@code handle} throws, the caller has no handle: then the run is killed.
     *
     * @param handle makes of the run what is returned
     * @throws RejectedExecutionException if the engine is closed, or its loop has died
     */
    public <T> T start(RunSpec spec, Patience.Caller caller, Use<T, RuntimeException> handle) throws SpawnException {
        return starter.start(spec, caller, false, handle);
    }

    /**
     * As {@link #start}, for a thread that is going to {@linkplain Run#await wait for the end} and will do nothing else
     * before. If it can, it drives the run itself meanwhile: to hand it to the loop, and to be told of the end, are two
     * switches of threads, which may take as long as the program does.
     *
     * @param wait waits; what still runs when it returns or throws is killed
     * @throws RejectedExecutionException if the engine is closed, or its loop has died
     */
    public <T, X extends Exception> T startAndAwait(RunSpec spec, Use<T, X> wait) throws SpawnException, X {
        return starter.start(spec, Patience.Caller.PATIENT, true, wait);
    }

    /**
     * Has the loop look for what was lost, if something was: for a thread that has more stack by now than it had then.
     */
    public void lookForLost() {
        if (launches.anyLost) {
            launches.wake();
        }
    }

    /** Whether the caller is on the loop's thread, which must not wait for a run. From any thread. */
    public boolean isOnLoop() {
        return loop.isLoopThread();
    }

    /** Done when the loop has ended, in whatever way, and its runs with it. On any thread. */
    public void whenEnded(Runnable action) {
        whenEnded = action;
    }

    /** The loop, for services, and for the command: it has descriptors and timers of its own to serve, on the loop's thread. */
    public EventLoop loop() {
        return loop;
    }

    /** Whether nothing can be started any more: it is being closed, or its loop has died. */
    public boolean isClosed() {
        return closing.get();
    }

    /** What passes through its loop, and through those of the threads that wait. */
    public List<LoopMeter> loopMeters() {
        List<LoopMeter> meters = new ArrayList<>(callerRunsPool.meters());
        meters.add(loop.meter());
        return meters;
    }

    /** How many runs there are, and were. */
    public RunMeter meter() {
        return meter;
    }

    /** Like the other, however long the plans take. */
    public void shutdown() {
        shutdown(Long.MAX_VALUE);
    }

    /**
     * Stops every run by its own plan. Runs that are being started at this moment are waited for, and stopped too.
     *
     * @param budgetNanos when it is used up, what still runs is killed; {@link Long#MAX_VALUE} for never
     */
    public void shutdown(long budgetNanos) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        long end = TimerQueue.after(Clock.monotonicNanos(), budgetNanos);
        awaitStarts();
        loop.execute(() -> {
            loop.schedule(end, this::killAll);
            runs.stop();
        });
    }

    /**
     * Waits for the starts that are in progress, so that the JVM does not end between a spawn and the hand-over. Those
     * that wait for a FIFO or a file system end. Not for ever: a directory or a program may be on a file system that
     * does not answer. What is started in the end is then killed at the hand-over.
     */
    private void awaitStarts() {
        if (loop.isLoopThread()) {
            return;
        }
        long until = System.nanoTime() + LONGEST_START_NANOS;
        while (launches.anyStarting() && System.nanoTime() < until) {
            Clock.sleep(START_CHECK_NANOS);
        }
    }

    /** Kills every run at once. */
    public void kill() {
        loop.execute(this::killAll);
    }

    private void killAll() {
        runs.stop(StopStep.KILL_AT_ONCE);
    }

    /** Waits until all runs have ended after a {@link #shutdown}; returns at once on the loop's own thread. */
    public void awaitEnd() throws InterruptedException {
        if (loop.isLoopThread()) {
            return;
        }
        while (!ended.await(EXIT_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
            thread.takeOverIfExiting();
        }
    }

    private boolean hasEnded() {
        launches.look();
        return runs.end(!launches.anyLost);
    }

    private void died(Throwable cause) {
        runs.die();
        closing.set(true);
        runs.failAll(cause);
    }
}
