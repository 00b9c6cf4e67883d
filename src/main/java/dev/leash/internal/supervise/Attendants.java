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

    /** So many, or none: where descriptors are scarce, others need them more. */
    static Attendants of(int count) {
        Attendants all = new Attendants();
        try {
            while (all.meters.size() < count) {
                Attendant attendant = new Attendant();
                all.idle.add(attendant);
                all.meters.add(attendant.loop().meter());
            }
            return all;
        } catch (SystemCallException e) {
            all.close();
            return NONE;
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
        attendant.leave();
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
        Attendant one = idle.pollFirst();
        if (one != null) {
            try {
                one.close();
            } finally {
                closeIdle(); // also the others, if a task that was left over has thrown
            }
        }
    }
}
