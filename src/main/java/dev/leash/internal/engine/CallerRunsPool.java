package dev.leash.internal.engine;

import dev.leash.Cause;
import dev.leash.internal.events.Log;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopMeter;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The loops with which threads drive their own runs while they wait for the end, and these runs. All loops are made
 * at the beginning, so that the number of descriptors is constant; a thread that finds none leaves its run to the
 * engine's own loop. For any thread, except where the engine's loop is named.
 */
final class CallerRunsPool {
    private final EventLoop enginesLoop;
    private final ConcurrentLinkedDeque<CallerRuns> idle = new ConcurrentLinkedDeque<>();
    private final List<LoopMeter> meters = new ArrayList<>();
    private final Set<Run> driven = ConcurrentHashMap.newKeySet();
    private volatile boolean watched;
    private volatile boolean closed;

    // Used by the engine's loop only.
    private final Set<Run> toldToStop = new HashSet<>();

    /**
     * @param enginesLoop takes over a run whose thread cannot drive it any more
     * @param count how many loops are made; none if descriptors are scarce
     */
    CallerRunsPool(EventLoop enginesLoop, int count) {
        this.enginesLoop = enginesLoop;
        try {
            while (meters.size() < count) {
                CallerRuns callerRuns = new CallerRuns();
                idle.add(callerRuns);
                meters.add(callerRuns.loop().meter());
            }
        } catch (SystemCallException e) {
            closeIdle();
            meters.clear();
        }
    }

    /** The meters of their loops. */
    List<LoopMeter> meters() {
        return meters;
    }

    /** A loop for the calling thread, or null if none is free or the thread may not block. */
    @Nullable
    CallerRuns borrow() {
        Thread thread = Thread.currentThread();
        // A carrier, or a worker whose pool replaces it during a managed wait, must not wait in a system call.
        if (thread.isVirtual() || thread instanceof ForkJoinWorkerThread) {
            return null;
        }
        CallerRuns attendant = idle.pollFirst();
        if (attendant != null) {
            attendant.adopt();
        }
        return attendant;
    }

    void giveBack(CallerRuns callerRuns) {
        callerRuns.leave();
        idle.addFirst(callerRuns); // the next borrower finds it warm
        if (closed) {
            closeIdle();
        }
    }

    /** From now on the calling thread drives {@code run}, which has just been started. */
    void add(Run run) {
        driven.add(run);
    }

    /** Drives a run until it has ended, unless it has ended already or another thread drives it. */
    void drive(Launch launch, CallerRuns callerRuns, Run run) throws InterruptedException {
        if (callerRuns.isDismissed() || !driven.contains(run)) {
            return;
        }
        callerRuns.drive(run);
        // In this order: a close waits until no run is driven, and then closes the loops.
        try {
            launch.callerRuns = null; // free again, whatever happens now
            giveBack(callerRuns);
        } finally {
            driven.remove(run);
            if (watched) {
                enginesLoop.execute(() -> {}); // the engine's loop may be able to end now
            }
        }
    }

    /** For the engine's loop: the thread that drove the run cannot continue, for example because its stack is full. */
    void takeOver(CallerRuns callerRuns, Run run, @Nullable Throwable cause) {
        callerRuns.dismiss();
        try {
            run.fail(new IllegalStateException("the event loop has died", cause));
            callerRuns.close();
        } finally {
            driven.remove(run);
        }
        Log.error("the event loop of a thread that waits for its run has died; the run is killed and fails", cause);
    }

    /** From now on the end of a driven run wakes the engine's loop. */
    void watch() {
        watched = true;
    }

    /** Whether no run is driven by its caller. */
    boolean haveNone() {
        return driven.isEmpty();
    }

    /** Stops each of these runs by its own plan, but none twice. For the engine's loop. */
    void stop() {
        driven.stream().filter(toldToStop::add).forEach(run -> run.requestStop(Cause.CLOSED));
    }

    /** Stops each of these runs by {@code steps}. */
    void stop(List<StopStep> steps) {
        driven.forEach(run -> run.requestStop(Cause.CLOSED, steps));
    }

    /** Fails each of these runs. */
    void fail(Throwable cause) {
        driven.forEach(run -> run.requestFailure(cause));
    }

    /** Closes the idle loops; each of the others is closed when it is given back. */
    void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        CallerRuns one = idle.pollFirst();
        if (one != null) {
            try {
                one.close();
            } finally {
                closeIdle(); // also the others, if a leftover task has thrown
            }
        }
    }
}
