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
 * The attendants of an engine and the runs that they look after. All of them are made at the beginning, so that the number of
 * descriptors stays what it is; a thread that finds none leaves its run to the engine's own loop. From any thread, except
 * what is said to be for the engine's loop.
 */
final class CallerRunsPool {
    private final EventLoop enginesLoop;
    private final ConcurrentLinkedDeque<CallerRuns> idle = new ConcurrentLinkedDeque<>();
    private final List<LoopMeter> meters = new ArrayList<>();
    private final Set<Run> attended = ConcurrentHashMap.newKeySet();
    private volatile boolean watched;
    private volatile boolean closed;

    // The engine's loop's.
    private final Set<Run> toldToStop = new HashSet<>();

    /**
     * @param enginesLoop takes over what an attendant can look after no more
     * @param count so many, or none: where descriptors are scarce, others need them more
     */
    CallerRunsPool(EventLoop enginesLoop, int count) {
        this.enginesLoop = enginesLoop;
        try {
            while (meters.size() < count) {
                CallerRuns attendant = new CallerRuns();
                idle.add(attendant);
                meters.add(attendant.loop().meter());
            }
        } catch (SystemCallException e) {
            closeIdle();
            meters.clear();
        }
    }

    /** What passes through their loops. */
    List<LoopMeter> meters() {
        return meters;
    }

    /** An attendant for the calling thread, or null if there is none for it. */
    @Nullable
    CallerRuns borrow() {
        Thread thread = Thread.currentThread();
        // A carrier, and a worker whose pool replaces it while it waits, shall not be held up in a system call.
        if (thread.isVirtual() || thread instanceof ForkJoinWorkerThread) {
            return null;
        }
        CallerRuns attendant = idle.pollFirst();
        if (attendant != null) {
            attendant.adopt();
        }
        return attendant;
    }

    void giveBack(CallerRuns attendant) {
        attendant.leave();
        idle.addFirst(attendant); // the next one finds it warm
        if (closed) {
            closeIdle();
        }
    }

    /** From now on the calling thread's attendant is responsible for {@code run}, which was just started. */
    void entrust(Run run) {
        attended.add(run);
    }

    /** Looks after a run until it has ended, unless it has, or another thread does so. */
    void attend(Launch launch, CallerRuns attendant, Run run) throws InterruptedException {
        if (attendant.isDismissed() || !attended.contains(run)) {
            return;
        }
        attendant.attend(run);
        // In this order: whoever closes waits until no run is attended, and then closes what the attendants have open.
        try {
            launch.callerRuns = null; // it is not the run's any more, whatever happens now
            giveBack(attendant);
        } finally {
            attended.remove(run);
            if (watched) {
                enginesLoop.execute(() -> {}); // it may be able to end now
            }
        }
    }

    /** For the engine's loop: what has hit the thread that looked after the run, such as a full stack, is still there. */
    void takeOver(CallerRuns attendant, Run run, @Nullable Throwable cause) {
        attendant.dismiss();
        try {
            run.fail(new IllegalStateException("the event loop has died", cause));
            attendant.close();
        } finally {
            attended.remove(run);
        }
        Log.error("the event loop of a thread that waits for its run has died; the run is killed and fails", cause);
    }

    /** From now on the engine's loop looks up whenever a run has ended that was attended. */
    void watch() {
        watched = true;
    }

    /** Whether no run is attended. */
    boolean haveNone() {
        return attended.isEmpty();
    }

    /** Stops each of their runs by its own plan, but none twice. For the engine's loop. */
    void stop() {
        attended.stream().filter(toldToStop::add).forEach(run -> run.requestStop(Cause.CLOSED));
    }

    /** Stops each of their runs by {@code steps}. */
    void stop(List<StopStep> steps) {
        attended.forEach(run -> run.requestStop(Cause.CLOSED, steps));
    }

    /** Fails each of their runs. */
    void fail(Throwable cause) {
        attended.forEach(run -> run.requestFailure(cause));
    }

    /** Closes those that are idle; each of the others is closed when it is given back. */
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
                closeIdle(); // also the others, if a task that was left over has thrown
            }
        }
    }
}
