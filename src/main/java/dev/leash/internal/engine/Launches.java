package dev.leash.internal.engine;

import dev.leash.internal.events.Log;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.Run;
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
 * The starts of an engine that are in progress, and what was left of one whose thread was hit by an Error: that the loop takes
 * over. From any thread, except what is said to be for the loop's.
 */
final class Launches {
    private static final long STEP_NANOS = 2_000_000;

    private final EventLoop loop;
    private final BiConsumer<Launch, Run> takeRun;
    private final Consumer<Launch> ended;
    private final Set<Launch> all = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedDeque<ChildSlot> slots = new ConcurrentLinkedDeque<>();

    /** Whether a look for what is lost is due: stored by whoever has lost it, for whom a store is all that is certain. */
    volatile boolean anyLost;

    private boolean stepDue;

    /**
     * @param takeRun called on the loop's thread with what is lost and has a run already
     * @param ended called there when all that was lost without a run has ended
     */
    Launches(EventLoop loop, BiConsumer<Launch, Run> takeRun, Consumer<Launch> ended) {
        this.loop = loop;
        this.takeRun = takeRun;
        this.ended = ended;
    }

    /** For a start that begins. */
    Launch open(RunSpec spec, Patience patience) {
        ChildSlot free = slots.pollFirst();
        Launch launch = new Launch(spec, free == null ? new ChildSlot() : free, patience);
        all.add(launch);
        return launch;
    }

    /** The starting thread has settled it, and leaves. */
    void close(Launch launch) {
        all.remove(launch);
        slots.addFirst(launch.resources.slot);
    }

    /** Lets the loop look for what is lost. From any thread, which may have no room for it: then the next turn does. */
    void wake() {
        loop.execute(() -> {});
    }

    /** Whether somebody has to be waited for who may make a child. */
    boolean anyStarting() {
        for (Launch launch : all) {
            if (launch.starting) {
                return true;
            }
        }
        return false;
    }

    /** Takes over what was lost. Costs nothing where nothing was. For the loop's thread, after each turn. */
    void look() {
        if (anyLost && !stepDue) {
            step();
        }
    }

    private void step() {
        stepDue = false;
        anyLost = false;
        for (Launch launch : all) {
            if (launch.lost && !end(launch)) {
                anyLost = true;
            }
        }
        if (anyLost && !stepDue) {
            stepDue = true;
            loop.scheduleAfter(STEP_NANOS, this::step);
        }
    }

    private boolean end(Launch launch) {
        try {
            Run run = launch.run;
            if (run != null) {
                if (!launch.settled) {
                    takeRun.accept(launch, run);
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
        } catch (OutOfMemoryError e) {
            return false; // for want of heap or threads: there may be some the next time
        }
    }

    /** The loop is closed: ends what is left, as long as it may take. For a thread that may wait. */
    void endAll(long patienceNanos) {
        long until = Clock.monotonicNanos() + patienceNanos;
        while (anyLost && Clock.monotonicNanos() < until) {
            loop.execute(this::step); // by one thread at a time, as before; there is nobody for a timer
            if (anyLost) {
                Clock.sleep(STEP_NANOS);
            }
        }
    }
}
