package dev.leash.internal.supervise;

import dev.leash.internal.contain.Gate;
import dev.leash.internal.events.Log;
import dev.leash.internal.io.ChunkPool;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopMeter;
import dev.leash.internal.loop.LoopThread;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spawn.SpawnFailure;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.WaitBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One loop with its thread and the runs that it owns. For any thread. */
public final class Engine {
    private static final List<StopStep> KILL = List.of(new StopStep(StopStep.SIGKILL, 0));
    private static final long LONGEST_START_NANOS = 5_000_000_000L;
    private static final long EXIT_CHECK_MILLIS = 20;

    private final EventLoop loop;
    private final LoopThread thread;
    private final SharedBuffer buffer = new SharedBuffer();
    private final ChunkPool pool = new ChunkPool();
    private final WaitBuffer waits = new WaitBuffer();
    private final RunMeter meter = new RunMeter();

    /** One permit for each start in progress: whoever takes them all knows that no further run will be handed over. */
    private final Semaphore starts = new Semaphore(Integer.MAX_VALUE);

    private final Attendants attendants;
    private final @Nullable Guardian guardian;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    // The loop thread's.
    private final Set<Run> live = new HashSet<>();
    private boolean stopping;
    private volatile @Nullable RuntimeException death;
    /** Whether the loop has ended, or is about to. */
    private volatile boolean over;

    /**
     * One without a guardian and without threads that look after runs of their own.
     *
     * @param threadName the loop's thread is named so
     * @throws IOException if a descriptor limit is reached
     * @throws UnsupportedOperationException if this is not Linux 5.4 with glibc 2.34, or newer
     */
    public Engine(String threadName) throws IOException {
        this(threadName, false, 0);
    }

    /**
     * @param threadName the loop's thread is named so
     * @param guarded whether a guardian ends the runs if this JVM is killed or crashes
     * @param waiting how many threads can look after a run of their own at the same time, while they wait for its end
     * @throws IOException if a descriptor limit is reached, or the guardian cannot be started
     * @throws UnsupportedOperationException if this is not Linux 5.4 with glibc 2.34, or newer
     */
    public Engine(String threadName, boolean guarded, int waiting) throws IOException {
        KernelFeatures.requireMinimum();
        SignalDispositions.keepZombies();
        Rehearsal.begin();
        Guardian watcher = null;
        boolean complete = false;
        loop = new EventLoop();
        try {
            watcher = guarded ? new Guardian(loop) : null;
            complete = true;
        } finally {
            attendants = new Attendants(loop, complete ? waiting : 0);
            guardian = watcher;
            // Also where something failed: the loop then ends at once.
            stopping = !complete;
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

    /** The loop has ended. */
    private void end() {
        try {
            awaitAttended();
            attendants.close();
        } finally {
            try {
                if (guardian != null) {
                    guardian.end();
                }
            } finally {
                ended.countDown();
            }
        }
    }

    /** If the loop has died, the threads that look after runs of their own have just been told. */
    private void awaitAttended() {
        long until = System.nanoTime() + LONGEST_START_NANOS;
        while (!attendants.haveNone() && System.nanoTime() < until) {
            Clock.sleep(EXIT_CHECK_MILLIS * 1_000_000);
        }
    }

    /**
     * Starts a run: spawns on the calling thread, then hands it to the loop.
     *
     * @throws RejectedExecutionException if the engine is closed, or its loop has died
     */
    public Run start(RunSpec spec) throws SpawnFailure {
        return start(spec, Patience.Caller.PATIENT);
    }

    /**
     * As the other.
     *
     * @param caller asked whether to go on where the start has to wait for somebody
     */
    public Run start(RunSpec spec, Patience.Caller caller) throws SpawnFailure {
        Run run;
        takePermit();
        try (CallState state = CallState.open()) {
            run = startGuarded(state, spec, patience(spec, caller), null);
            meter.started(); // before it can end
            run.handOver(state, () -> adopt(run));
        } finally {
            starts.release();
        }
        run.connectInputs();
        return run;
    }

    /**
     * As {@link #start}, for a thread that is going to {@linkplain Run#await wait for the end} and will do nothing else before.
     * If it can, it looks after the run itself meanwhile: to hand it to the loop, and to be told of the end, are two switches
     * of threads, which may take as long as the program does.
     *
     * @throws RejectedExecutionException if the engine is closed, or its loop has died
     */
    public Run startToAwait(RunSpec spec) throws SpawnFailure {
        // User code is called by the loop's thread, and must not hold it up.
        boolean possible =
                spec.isGroup() && !spec.isGated() && Streams.concernsNobodyElse(spec) && !loop.isLoopThread();
        Attendant attendant = possible ? attendants.borrow() : null;
        if (attendant == null) {
            return start(spec);
        }
        Run run = null;
        try {
            takePermit();
            try {
                Patience patience = patience(spec, Patience.Caller.PATIENT);
                run = startGuarded(attendant.loop().callState(), spec, patience, attendant);
                meter.started(); // before it can end
                attendants.entrust(run);
            } finally {
                starts.release();
            }
        } finally {
            if (run == null) {
                attendants.giveBack(attendant);
            }
        }
        attendants.begin(attendant, run);
        if (closing.get()) {
            loop.execute(this::endAttended); // it took so long to start that nobody waited for it any more
        }
        return run;
    }

    private void endAttended() {
        if (over) {
            attendants.fail(death == null ? closed() : death);
        } else if (stopping) {
            attendants.stop();
        }
    }

    /** Looked at with a permit in hand: whoever closes waits for the permit, and then sees the run that was started. */
    private void takePermit() {
        if (!starts.tryAcquire()) {
            throw closed();
        }
        if (closing.get()) {
            starts.release();
            throw closed();
        }
    }

    /** Of the calling thread: its timeout counts from here. */
    private Patience patience(RunSpec spec, Patience.Caller caller) {
        return new Patience(TimerQueue.after(Clock.monotonicNanos(), spec.timeoutNanos()), closing::get, caller);
    }

    /** @param attendant the calling thread's, if that is going to look after the run; else null */
    private Run startGuarded(CallState state, RunSpec spec, Patience patience, @Nullable Attendant attendant)
            throws SpawnFailure {
        Gate gate = null;
        GuardianTable.Entry entry = GuardianTable.Entry.NONE;
        Run run = null;
        try {
            gate = spec.isGated() ? GatedStart.gate(spec) : null;
            if (guardian != null) {
                entry = guardian.table().enter(spec.containment(), gate);
            }
            Started started = gate == null
                    ? Starter.start(state, spec, entry::started, patience)
                    : GatedStart.start(spec, gate, entry, patience);
            run = attendant == null
                    ? new Run(loop, buffer, pool, waits, spec, started, entry, this::forget, null)
                    : new Run(
                            attendant.loop(),
                            attendant.buffer,
                            attendant.pool,
                            attendant.waits,
                            spec,
                            started,
                            entry,
                            this::count,
                            ended -> attendants.attend(attendant, ended));
            return run;
        } finally {
            if (gate != null) {
                gate.dismantle();
            }
            if (run == null) {
                spec.containment().abandon();
                entry.leave();
            }
        }
    }

    /** Whether the caller is on the loop's thread, which must not wait for a run. From any thread. */
    public boolean isOnLoop() {
        return loop.isLoopThread();
    }

    /** The loop, for the command: it has descriptors and timers of its own to serve, on the loop's thread. */
    public EventLoop loop() {
        return loop;
    }

    /** Whether nothing can be started any more: it is being closed, or its loop has died. */
    public boolean isClosed() {
        return closing.get();
    }

    private RejectedExecutionException closed() {
        RuntimeException why = death;
        return why == null
                ? new RejectedExecutionException("the supervisor is closed")
                : new RejectedExecutionException("the supervisor is of no use any more: " + why.getMessage(), why);
    }

    private void adopt(Run run) {
        if (over) {
            // It took so long to start that nobody waited for it any more.
            run.fail(death == null ? closed() : death);
            return;
        }
        live.add(run);
        run.begin();
        if (stopping) {
            run.requestStop(Trigger.CLOSE);
        }
    }

    private void forget(Run run) {
        live.remove(run);
        count(run);
    }

    private void count(Run run) {
        meter.ended();
        if (run.timedOut()) {
            meter.timedOut();
        }
    }

    /** What passes through its loop, and through those of the threads that wait. */
    public List<LoopMeter> loopMeters() {
        List<LoopMeter> meters = new ArrayList<>(attendants.meters());
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
            return; // the permits can be taken once only
        }
        attendants.watch();
        long end = TimerQueue.after(Clock.monotonicNanos(), budgetNanos);
        awaitStarts();
        loop.execute(() -> {
            stopping = true;
            loop.schedule(end, this::killAll);
            attendants.stop();
            for (Run run : new ArrayList<>(live)) {
                run.requestStop(Trigger.CLOSE);
            }
        });
    }

    /**
     * Waits for the starts that are in progress, so that the JVM does not end between a spawn and the hand-over. Those that
     * wait for somebody end. Not for ever: a directory or a program may be on a file system that does not answer. What is
     * started in the end is then killed at the hand-over.
     */
    private void awaitStarts() {
        if (loop.isLoopThread()) {
            return;
        }
        boolean interrupted = false;
        long until = System.nanoTime() + LONGEST_START_NANOS;
        while (true) {
            try {
                boolean ignored = starts.tryAcquire(Integer.MAX_VALUE, until - System.nanoTime(), TimeUnit.NANOSECONDS);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills every run at once. */
    public void kill() {
        loop.execute(this::killAll);
    }

    private void killAll() {
        attendants.stop(KILL);
        for (Run run : new ArrayList<>(live)) {
            run.requestStop(Trigger.CLOSE, KILL);
        }
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
        over = stopping && live.isEmpty() && attendants.haveNone();
        return over;
    }

    /** The loop cannot go on: nobody shall wait for ever, and no child shall run on without a master. */
    private void died(Throwable cause) {
        IllegalStateException told = new IllegalStateException("the event loop has died", cause);
        int count = live.size();
        death = told;
        over = true;
        closing.set(true);
        attendants.watch();
        attendants.fail(told);
        for (Run run : new ArrayList<>(live)) {
            try {
                run.fail(told);
            } catch (RuntimeException | Error e) {
                told.addSuppressed(e); // the others are to be told all the same
            }
        }
        // Last: what has ended the loop may end this, too.
        Log.error("the event loop has died; its " + count + " runs are killed and fail", cause);
    }
}
