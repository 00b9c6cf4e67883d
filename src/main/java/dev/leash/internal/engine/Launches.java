package dev.leash.internal.engine;

import dev.leash.internal.events.Log;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.LateReaper;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The starts of an engine that are in progress, and the remains of starts whose thread was hit by an Error, which the
 * loop takes over. For any thread, except where the loop's thread is named.
 */
final class Launches {
    private static final long STEP_NANOS = 2_000_000;

    private final EventLoop loop;
    private final BiConsumer<Launch, Run> takeRun;
    private final Consumer<Launch> ended;
    private final Set<Launch> all = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedDeque<ChildSlot> slots = new ConcurrentLinkedDeque<>();

    /**
     * Whether there may be lost launches. The thread that has lost one stores it: a store is all that is certain to
     * succeed there.
     */
    volatile boolean anyLost;

    private boolean stepDue;

    /**
     * @param takeRun called on the loop's thread with a lost launch that has a run already
     * @param ended called there when all of a lost launch has ended otherwise
     */
    Launches(EventLoop loop, BiConsumer<Launch, Run> takeRun, Consumer<Launch> ended) {
        this.loop = loop;
        this.takeRun = takeRun;
        this.ended = ended;
    }

    /** Opens a launch for a start. */
    Launch open(RunSpec spec, Patience patience) {
        ChildSlot free = slots.pollFirst();
        Launch launch = new Launch(spec, free == null ? new ChildSlot() : free, patience);
        all.add(launch);
        return launch;
    }

    /** The starting thread has settled the launch, and leaves. */
    void close(Launch launch) {
        all.remove(launch);
        slots.addFirst(launch.resources.slot);
    }

    /**
     * A thread is about to drive the run of a launch that was settled: until {@link #leave} the loop watches it again.
     */
    void enter(Launch launch) {
        launch.settled = false;
        launch.lost = false;
        all.add(launch);
    }

    /** The thread drives the run no longer. */
    void leave(Launch launch) {
        launch.settled = true;
        all.remove(launch);
    }

    /**
     * Makes the loop look for lost launches. For any thread. It takes no heap; if there is no stack for it, the loop's
     * next turn looks.
     */
    void wake() {
        loop.wake();
    }

    /** Whether a start is in progress that may still make a child. */
    boolean anyStarting() {
        for (Launch launch : all) {
            if (launch.starting) {
                return true;
            }
        }
        return false;
    }

    /** Takes over lost launches; costs nothing if there are none. For the loop's thread, after each turn. */
    void look() {
        LateReaper.retry();
        if (anyLost && !stepDue) {
            step();
        }
    }

    /** Where the heap is full, not even the way to the launches may be made: then the next turn looks again. */
    private void step() {
        stepDue = false;
        anyLost = false;
        boolean looked = false;
        try {
            for (Launch launch : all) {
                if (launch.lost && !end(launch)) {
                    anyLost = true;
                }
            }
            looked = true;
            if (anyLost && !stepDue) {
                loop.scheduleAfter(STEP_NANOS, this::step);
                stepDue = true;
            }
        } catch (OutOfMemoryError e) {
            anyLost |= !looked;
            wake();
        }
    }

    private boolean end(Launch launch) {
        try {
            Run run = launch.run;
            if (run != null) {
                if (!launch.settled) {
                    takeRun.accept(launch, run);
                } else {
                    ended.accept(launch);
                }
            } else {
                if (!launch.ending) {
                    launch.ending = true;
                    Log.error("a start was broken off by an error; what it has started is killed", launch.cause);
                }
                if (!launch.resources.end(loop.callState())) {
                    return false;
                }
                ended.accept(launch);
            }
            all.remove(launch);
            return true;
        } catch (OutOfMemoryError | LinkageError e) {
            return false; // for lack of heap or threads, also to initialize a class: there may be some the next time
        }
    }

    /** The loop is closed: ends what is left, within the time given. For a thread that may wait. */
    void endAll(long limitNanos) {
        long until = Clock.monotonicNanos() + limitNanos;
        while (anyLost && Clock.monotonicNanos() < until) {
            loop.execute(this::step); // by one thread at a time, as before; no timer fires any more
            if (anyLost) {
                Clock.sleep(STEP_NANOS);
            }
        }
    }
}
