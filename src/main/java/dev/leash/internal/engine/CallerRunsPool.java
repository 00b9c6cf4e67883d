package dev.leash.internal.engine;

import dev.leash.internal.loop.LoopMeter;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The loops with which threads drive a run while they wait for its end. All are made at the beginning, so that the
 * number of descriptors is constant; a thread that finds none leaves the run to the engine's own loop. For any thread.
 */
final class CallerRunsPool {
    private final ConcurrentLinkedDeque<CallerRuns> idle = new ConcurrentLinkedDeque<>();
    private final List<LoopMeter> meters = new ArrayList<>();
    private volatile boolean closed;

    /** @param count how many loops are made; none if descriptors are scarce */
    CallerRunsPool(int count) {
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
        CallerRuns free = mayBlockHere() ? idle.pollFirst() : null;
        if (free != null) {
            free.adopt();
        }
        return free;
    }

    /** A carrier, or a worker whose pool replaces it during a managed wait, must not wait in a system call. */
    static boolean mayBlockHere() {
        Thread thread = Thread.currentThread();
        return !thread.isVirtual() && !(thread instanceof ForkJoinWorkerThread);
    }

    void giveBack(CallerRuns callerRuns) {
        callerRuns.leave();
        idle.addFirst(callerRuns); // the next borrower finds it warm
        if (closed) {
            closeIdle();
        }
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
