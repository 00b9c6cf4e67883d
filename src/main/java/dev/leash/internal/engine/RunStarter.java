package dev.leash.internal.engine;

import dev.leash.Cause;
import dev.leash.SpawnException;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.loop.EventLoop;
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
import dev.leash.internal.sys.CallStates;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.StackReserve;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs on the threads that ask for them, on the loop of the engine or of the starting thread. No loop is told of
 * it until something happens. For any thread.
 */
final class RunStarter {
    private final LoopContext context;
    private final EventLoop loop;
    private final ProcessSets sets;
    private final @Nullable GuardianTable table;
    private final LiveRuns runs;
    private final CallerRunsPool callerRunsPool;
    private final Launches launches;
    private final RunMeter meter;
    private final BooleanSupplier closing;
    private final BooleanSupplier loopHasEnded;

    RunStarter(
            LoopContext context,
            ProcessSets sets,
            @Nullable GuardianTable table,
            LiveRuns runs,
            CallerRunsPool callerRunsPool,
            RunMeter meter,
            BooleanSupplier closing,
            BooleanSupplier loopHasEnded) {
        this.context = context;
        this.loop = context.loop();
        this.sets = sets;
        this.table = table;
        this.runs = runs;
        this.callerRunsPool = callerRunsPool;
        this.meter = meter;
        this.closing = closing;
        this.loopHasEnded = loopHasEnded;
        this.launches = new Launches(loop, this::takeOver, this::giveBackCallerRuns);
    }

    /** The starts that have not been settled. */
    Launches launches() {
        return launches;
    }

    /** From the first child on the launch tells what there is, whatever this thread throws. */
    <T, X extends Exception> T start(RunSpec spec, Patience.Caller caller, boolean waits, Engine.Use<T, X> use)
            throws SpawnException, X {
        StackReserve.require();
        Launch launch = open(spec, patience(spec, caller));
        try {
            launch.callerRuns = waits ? callerRunsFor(spec) : null;
            Run run = start(launch, launch.callerRuns);
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
                if (loopHasEnded.getAsBoolean()) {
                    launches.endAll(Engine.LONGEST_START_NANOS); // there is no loop any more
                }
            }
        } catch (StackOverflowError | OutOfMemoryError e) {
            // The loop finds out at its next turn, or when it is closed.
        }
    }

    /**
     * The engine is asked with the launch open: a close waits for the start, and then sees the run that was started.
     */
    private Launch open(RunSpec spec, Patience patience) {
        Launch launch = launches.open(spec, patience);
        if (closing.getAsBoolean()) {
            launch.starting = false;
            launches.close(launch);
            throw runs.rejection();
        }
        return launch;
    }

    private @Nullable CallerRuns callerRunsFor(RunSpec spec) {
        return !spec.hasSettings() && mayBeDriven(spec) && !loop.isLoopThread() ? callerRunsPool.borrow() : null;
    }

    /** Whether another loop than the engine's may have the run: user code is called by the engine's. */
    static boolean mayBeDriven(RunSpec spec) {
        return spec.isGroup() && Streams.concernsNobodyElse(spec);
    }

    /** @param callerRuns the loop of the calling thread, which is going to wait; null if the engine's has the run */
    private Run start(Launch launch, @Nullable CallerRuns callerRuns) throws SpawnException {
        if (callerRuns != null) {
            return start(launch, callerRuns.context, callerRuns.loop().callState());
        }
        CallState state = CallStates.borrow();
        try {
            return start(launch, context, state);
        } finally {
            CallStates.giveBack(state);
        }
    }

    private Run start(Launch launch, LoopContext on, CallState state) throws SpawnException {
        Started started = startGuarded(state, launch);
        ProcessSet members = launch.resources.contain(state);
        launch.startersState = state;
        Run run = new Run(
                on,
                state,
                launch.spec(),
                started,
                members,
                launch.resources.entry,
                ended -> ended(launch, ended),
                new CallerDriven(launch, loop, launches, callerRunsPool));
        launch.run = run;
        launch.counted = meter.started(); // before it can end
        runs.add(run);
        launch.starting = false;
        run.begin();
        launch.startersState = null;
        runs.begun(run);
        return run;
    }

    /** Takes over, on the loop's thread, a run whose thread has lost it. */
    void takeOver(Launch launch, Run run) {
        CallState startersState = launch.startersState;
        if (startersState != null) {
            run.takeFrom(startersState);
        }
        runs.add(run);
        Throwable cause = launch.cause;
        CallerRuns callerRuns = launch.callerRuns;
        launch.callerRuns = null;
        if (callerRuns == null) {
            if (startersState == null) {
                run.requestStop(Cause.CLOSED, StopStep.KILL_AT_ONCE);
            } else {
                run.fail(new IllegalStateException("the start was broken off by an error", cause));
            }
            return;
        }
        callerRuns.adopt(); // for good, from the thread that has left it, maybe while it acted
        run.takeFrom(callerRuns.loop().callState());
        run.fail(new IllegalStateException("the event loop has died", cause));
        callerRuns.close();
        Log.error("the event loop of a thread that waits for its run has died; the run is killed and fails", cause);
    }

    void giveBackCallerRuns(Launch launch) {
        CallerRuns callerRuns = launch.callerRuns;
        launch.callerRuns = null;
        if (callerRuns != null) {
            callerRunsPool.giveBack(callerRuns);
        }
    }

    /** Starts the programs, and acquires before what they need. After a failure all is given back. */
    private Started startGuarded(CallState state, Launch launch) throws SpawnException {
        try {
            launch.resources.acquire(sets, table);
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
        return new Patience(TimerQueue.after(Clock.monotonicNanos(), spec.timeoutNanos()), closing, caller);
    }

    private void ended(Launch launch, Run run) {
        runs.detach(run);
        launch.settled = true;
        if (launch.counted) {
            meter.ended();
        }
        if (run.timedOut()) {
            meter.timedOut();
        }
    }
}
