package dev.leash.internal.engine;

import dev.leash.Cause;
import dev.leash.SpawnException;
import dev.leash.internal.contain.ProcessSet;
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
import dev.leash.internal.sys.Clock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs on the threads that ask for them, and hands them to the loop, or to the starting thread itself. For any
 * thread.
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
        // User code is called by the loop's thread, and must not hold it up.
        boolean possible =
                spec.isGroup() && !spec.needsHooks() && Streams.concernsNobodyElse(spec) && !loop.isLoopThread();
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
                        runs.detach(ended);
                        count(launch, ended);
                    },
                    null);
            launch.run = run;
            launch.counted = meter.started(); // before it can end
            run.handOff(state, () -> attach(launch, run));
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
        if (closing.getAsBoolean()) {
            loop.execute(this::endCallerRuns); // it took so long to start that the close waited for it no longer
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

    /** Takes over, on the loop's thread, a run that the starting thread has lost. */
    void takeOver(Launch launch, Run run) {
        Throwable cause = launch.cause;
        CallerRuns callerRuns = launch.callerRuns;
        launch.callerRuns = null;
        if (callerRuns != null) {
            callerRunsPool.takeOver(callerRuns, run, cause);
        } else {
            attach(launch, run);
            run.requestStop(Cause.CLOSED, StopStep.KILL_AT_ONCE);
        }
    }

    void giveBackCallerRuns(Launch launch) {
        CallerRuns callerRuns = launch.callerRuns;
        launch.callerRuns = null;
        if (callerRuns != null) {
            callerRunsPool.giveBack(callerRuns);
        }
    }

    private void endCallerRuns() {
        if (runs.isOver()) {
            callerRunsPool.fail(runs.reason());
        } else if (runs.isStopping()) {
            callerRunsPool.stop();
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

    private void attach(Launch launch, Run run) {
        if (!launch.adopted) { // else it was lost, and taken over
            launch.adopted = true;
            runs.attach(run);
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
}
