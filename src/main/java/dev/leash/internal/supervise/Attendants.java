package dev.leash.internal.supervise;

import dev.leash.internal.loop.LoopMeter;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The attendants of an engine, all of them made at the beginning, so that the number of descriptors stays what it is. A thread
 * that finds none leaves its run to the engine's own loop. From any thread.
 */
final class Attendants {
    static final Attendants NONE = new Attendants();

    private final ConcurrentLinkedDeque<Attendant> idle = new ConcurrentLinkedDeque<>();
    private final List<LoopMeter> meters = new ArrayList<>();
    private volatile boolean closed;

    private Attendants() {}

    /** @throws SystemCallException if a descriptor limit is reached */
    Attendants(int count) throws SystemCallException {
        boolean complete = false;
        try {
            while (meters.size() < count) {
                Attendant attendant = new Attendant();
                idle.add(attendant);
                meters.add(attendant.loop().meter());
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** What passes through their loops. */
    List<LoopMeter> meters() {
        return meters;
    }

    /** An attendant for the calling thread, or null if there is none for it. */
    @Nullable
    Attendant borrow() {
        Thread thread = Thread.currentThread();
        // A carrier, and a worker whose pool replaces it while it waits, shall not be held up in a system call.
        if (thread.isVirtual() || thread instanceof ForkJoinWorkerThread) {
            return null;
        }
        return idle.pollFirst();
    }

    void giveBack(Attendant attendant) {
        if (attendant.isDead()) {
            attendant.close();
            return;
        }
        idle.addFirst(attendant); // the next one finds it warm
        if (closed) {
            closeIdle();
        }
    }

    /** Closes those that are idle; each of the others is closed when it is given back. */
    void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        for (Attendant one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
            one.close();
        }
    }
}
