package dev.leash.internal.engine;

import dev.leash.Cause;
import dev.leash.SpawnException;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.guardian.Guardian;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopMeter;
import dev.leash.internal.loop.LoopThread;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.run.LoopContext;
import dev.leash.internal.run.Run;
import dev.leash.internal.run.Streams;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.ProcessSets;
import dev.leash.internal.start.Started;
import dev.leash.internal.start.Starter;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.SignalDispositions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One loop with its thread and the runs that it owns. For any thread. */
public final class Engine {
    private static final List<StopStep> KILL = List.of(new StopStep(StopStep.SIGKILL, 0));
    private static final long LONGEST_START_NANOS = 5_000_000_000L;
    private static final long START_CHECK_NANOS = 500_000;
    private static final long EXIT_CHECK_MILLIS = 20;

    private final EventLoop loop;
    private final LoopThread thread;
    private final LoopContext context;
    private final RunMeter meter = new RunMeter();

    private final Launches launches;
    private final CallerRunsPool callerRunsPool;
    private final @Nullable Guardian guardian;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    // The loop thread's.
    private final ProcessSets sets;
    private final Set<Run> live = new HashSet<>();
    private boolean stopping;
    private volatile @Nullable RuntimeException death;

    /** Made while there is memory for it. */
    private final IllegalStateException fate = new IllegalStateException("the event loop has died");

    /** The run that is no task any more and not among the live yet: an error in between does not lose it. The loop thread's. */
    private @Nullable Run adopting;

    /** The last run of this turn that is among the live no more, and may not have told everybody yet. The loop thread's. */
    private @Nullable Run forgotten;

    /** Whether the loop has ended, or is about to. */
    private volatile boolean over;

    /**
     * One without a guardian and without threads that drive runs of their own.
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
     * @param waiting how many threads at the same time can drive a run of their own while they wait for its end
     * @throws IOException if a descriptor limit is reached, or the guardian cannot be started
     * @throws UnsupportedOperationException if this is not Linux 5.4 with glibc 2.34, or newer
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
        this.sets = sets;
        KernelFeatures.requireMinimum();
        SignalDispositions.keepZombies();
        WarmUp.begin();
        Guardian watcher = null;
        boolean complete = false;
        loop = new EventLoop();
        context = LoopContext.of(loop);
        launches = new Launches(loop, this::takeOver, this::giveBackCallerRuns);
        try {
            watcher = guarded ? new Guardian(loop) : null;
            complete = true;
        } finally {
            callerRunsPool = new CallerRunsPool(loop, complete ? waiting : 0);
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
            awaitCallerRuns();
            callerRunsPool.close();
            launches.endAll(LONGEST_START_NANOS);
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

    /** If the loop has died, the threads that drive runs of their own have just been told. */
    private void awaitCallerRuns() {
        long until = System.nanoTime() + LONGEST_START_NANOS;
        while (!callerRunsPool.haveNone() && System.nanoTime() < until) {
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
     * @param caller asked whether to go on where the start has to wait for somebody
     */
    public Run start(RunSpec spec, Patience.Caller caller) throws SpawnException {
        return start(spec, caller, run -> run);
    }

    /**
     * The same. Where {@code handle} throws, nobody has the run: then it is killed.
     *
     * @param handle makes of the run what is returned
     * @throws RejectedExecutionException if the engine is closed, or its loop has died
     */
    public <T> T start(RunSpec spec, Patience.Caller caller, Use<T, RuntimeException> handle) throws SpawnException {
        return start(spec, caller, false, handle);
    }

    /**
     * As {@link #start}, for a thread that is going to {@linkplain Run#await wait for the end} and will do nothing else before.
     * If it can, it drives the run itself meanwhile: to hand it to the loop, and to be told of the end, are two switches
     * of threads, which may take as long as the program does.
     *
     * @param wait waits; what still runs when it returns or throws is killed
     * @throws RejectedExecutionException if the engine is closed, or its loop has died
     */
    public <T, X extends Exception> T startAndAwait(RunSpec spec, Use<T, X> wait) throws SpawnException, X {
        return start(spec, Patience.Caller.PATIENT, true, wait);
    }

    /** From the first child on the launch tells what there is, whatever this thread is hit by. */
    private <T, X extends Exception> T start(RunSpec spec, Patience.Caller caller, boolean waits, Use<T, X> use)
            throws SpawnException, X {
        StackReserve.require();
        Launch launch = takeCustody(spec, patience(spec, caller));
        try {
            launch.callerRuns = waits ? callerRunsFor(spec) : null;
            Run run = launch.callerRuns == null ? startOnLoop(launch) : startHere(launch, launch.callerRuns);
            launch.starting = false;
            run.connectInputs();
            T result = use.of(run);
            if (!waits) {
                launch.settled = true; // else that is the end of the run, which it may also throw after
            }
            return result;
        } catch (RuntimeException | Error e) {
            launch.cause = e;
            throw e;
        } finally {
            // Stores first: where the stack is full, nothing can be called.
            launch.starting = false;
            if (!launch.settled) {
                launch.lost = true;
                launches.anyLost = true;
            }
            leave(launch);
        }
    }

    /** Must not throw: where the launch is settled there is a handle to be returned. */
    private void leave(Launch launch) {
        try {
            if (launch.settled) {
                launches.close(launch);
            } else {
                launches.wake();
                if (ended.getCount() == 0) {
                    launches.endAll(LONGEST_START_NANOS); // there is no loop any more
                }
            }
        } catch (StackOverflowError | OutOfMemoryError e) {
            // The loop finds out at its next turn, or when it is closed.
        }
    }

    /** Has the loop look for what was lost, if something was: for a thread that has more stack by now than it had then. */
    public void lookForLost() {
        if (launches.anyLost) {
            launches.wake();
        }
    }

    /** Looked at with a launch open: whoever closes waits for the start, and then sees the run that was started. */
    private Launch takeCustody(RunSpec spec, Patience patience) {
        Launch launch = launches.open(spec, patience);
        if (closing.get()) {
            launch.starting = false;
            launches.close(launch);
            throw closed();
        }
        return launch;
    }

    private @Nullable CallerRuns callerRunsFor(RunSpec spec) {
        // User code is called by the loop's thread, and must not hold it up.
        boolean possible =
                spec.isGroup() && !spec.isGated() && Streams.concernsNobodyElse(spec) && !loop.isLoopThread();
        return possible ? callerRunsPool.borrow() : null;
    }

    private Run startOnLoop(Launch launch) throws SpawnException {
        try (CallState state = CallState.open()) {
            Started started = startGuarded(state, launch);
            ProcessSet containment = launch.resources.contain(state);
            Run run = new Run(
                    context,
                    launch.spec(),
                    started,
                    containment,
                    launch.resources.entry,
                    ended -> {
                        forgotten = ended;
                        live.remove(ended);
                        count(launch, ended);
                    },
                    null);
            launch.run = run;
            launch.counted = meter.started(); // before it can end
            run.handOff(state, () -> adopt(launch, run));
            return run;
        }
    }

    private Run startHere(Launch launch, CallerRuns callerRuns) throws SpawnException {
        CallState state = callerRuns.loop().callState();
        Started started = startGuarded(state, launch);
        Run run = new Run(
                callerRuns.context,
                launch.spec(),
                started,
                launch.resources.contain(state),
                launch.resources.entry,
                ended -> count(launch, ended),
                ended -> drive(launch, callerRuns, ended));
        launch.run = run;
        launch.counted = meter.started(); // before it can end
        callerRunsPool.add(run);
        launch.starting = false;
        run.begin();
        if (closing.get()) {
            loop.execute(this::endCallerRuns); // it took so long to start that nobody waited for it any more
        }
        return run;
    }

    private void drive(Launch launch, CallerRuns callerRuns, Run run) throws InterruptedException {
        try {
            callerRunsPool.drive(launch, callerRuns, run);
        } catch (RuntimeException | Error e) {
            launch.cause = e;
            launch.lost = true;
            launches.anyLost = true;
            launches.wake();
        }
    }

    /** Takes over on the loop's thread a run that its own has lost. */
    private void takeOver(Launch launch, Run run) {
        Throwable cause = launch.cause;
        CallerRuns callerRuns = launch.callerRuns;
        launch.callerRuns = null;
        if (callerRuns != null) {
            callerRunsPool.takeOver(callerRuns, run, cause);
        } else {
            adopt(launch, run);
            run.requestStop(Cause.CLOSED, KILL);
        }
    }

    private void giveBackCallerRuns(Launch launch) {
        CallerRuns callerRuns = launch.callerRuns;
        launch.callerRuns = null;
        if (callerRuns != null) {
            callerRunsPool.giveBack(callerRuns);
        }
    }

    private void endCallerRuns() {
        if (over) {
            callerRunsPool.fail(death == null ? closed() : death);
        } else if (stopping) {
            callerRunsPool.stop();
        }
    }

    /** Starts the programs, and acquires before what they need. After a failure all is given back. */
    private Started startGuarded(CallState state, Launch launch) throws SpawnException {
        try {
            launch.resources.acquire(sets, guardian == null ? null : guardian.table());
            return Starter.start(state, launch.resources);
        } catch (SpawnException e) {
            launch.resources.takeBack(state);
            giveBackCallerRuns(launch);
            launch.settled = true;
            throw e;
        }
    }

    /** Of the calling thread: its timeout counts from here. */
    private Patience patience(RunSpec spec, Patience.Caller caller) {
        return new Patience(TimerQueue.after(Clock.monotonicNanos(), spec.timeoutNanos()), closing::get, caller);
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

    private void adopt(Launch launch, Run run) {
        if (launch.adopted) {
            return; // it was lost, and taken over
        }
        launch.adopted = true;
        if (over) {
            // It took so long to start that nothing waited for it any more.
            if (death == null) {
                run.fail(closed());
            } else {
                failSurely(run);
            }
            return;
        }
        adopting = run;
        live.add(run);
        adopting = null;
        run.begin();
        if (stopping) {
            run.requestStop(Cause.CLOSED);
        }
    }

    private void count(Launch launch, Run run) {
        launch.settled = true;
        if (launch.counted) {
            meter.ended();
        }
        if (run.timedOut()) {
            meter.timedOut();
        }
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
        callerRunsPool.watch();
        long end = TimerQueue.after(Clock.monotonicNanos(), budgetNanos);
        awaitStarts();
        loop.execute(() -> {
            stopping = true;
            loop.schedule(end, this::killAll);
            callerRunsPool.stop();
            for (Run run : new ArrayList<>(live)) {
                run.requestStop(Cause.CLOSED);
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
        callerRunsPool.stop(KILL);
        for (Run run : new ArrayList<>(live)) {
            run.requestStop(Cause.CLOSED, KILL);
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
        launches.look();
        forgotten = null;
        over = stopping && live.isEmpty() && callerRunsPool.haveNone() && !launches.anyLost;
        return over;
    }

    /** The loop cannot go on: nothing may wait for ever, and no child may run on without an owner. */
    private void died(Throwable cause) {
        death = fate;
        over = true;
        closing.set(true);
        callerRunsPool.watch();
        fate.initCause(cause);
        untilThereIsMemory(() -> callerRunsPool.fail(fate));
        // Those between two lists first: the error may have come there.
        Run between = adopting;
        if (between != null) {
            failSurely(between);
        }
        between = forgotten;
        if (between != null) {
            failSurely(between); // it has its outcome: whoever waits for it may not know
        }
        int count = live.size();
        untilThereIsMemory(() -> List.copyOf(live).forEach(this::failSurely));
        // Last: what has ended the loop may end this, too.
        Log.error("the event loop has died; its " + count + " runs are killed and fail", cause);
    }

    /** Fails {@code run} and wakes all that wait for it, also where the heap is full for a while. */
    private void failSurely(Run run) {
        untilThereIsMemory(() -> {
            try {
                run.fail(fate);
            } catch (RuntimeException | StackOverflowError e) {
                fate.addSuppressed(e); // the others are to be told all the same
            }
            // Also where it is done: an error may have come while those that wait were being woken.
            run.ending().completeExceptionally(fate);
        });
    }

    /** The loop is at its end, so to sleep holds up nothing else. */
    private static void untilThereIsMemory(Runnable work) {
        long pause = 1_000_000;
        while (true) {
            try {
                work.run();
                return;
            } catch (OutOfMemoryError e) {
                Clock.sleep(pause);
                pause = Math.min(2 * pause, 100_000_000);
            }
        }
    }
}
