package dev.leash.internal.engine;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.Run;
import dev.leash.internal.sys.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Lets a thread that waits for the end of a run drive the run meanwhile, on a loop of its own: to be told of the end by
 * another thread takes longer than most short programs do. Only one thread drives a run; it does so from the start if
 * it has started the run in order to wait. For any thread.
 */
final class CallerDriven implements Run.Waiting {
    private final Launch launch;
    private final EventLoop loop;
    private final Launches launches;
    private final CallerRunsPool pool;

    /** @param loop the engine's, which has the run otherwise */
    CallerDriven(Launch launch, EventLoop loop, Launches launches, CallerRunsPool pool) {
        this.launch = launch;
        this.loop = loop;
        this.launches = launches;
        this.pool = pool;
    }

    @Override
    public boolean isForbiddenHere() {
        return loop.isLoopThread();
    }

    @Override
    public void drive(Run run) throws InterruptedException {
        if (!RunStarter.mayBeDriven(launch.spec()) || !launch.driven.compareAndSet(false, true)) {
            return;
        }
        InterruptedException interruption = null;
        try {
            CallerRuns own = launch.callerRuns;
            boolean joined = own == null;
            if (own == null && mayJoin()) {
                own = join(run);
            }
            if (own == null) {
                launch.driven.set(false);
                return;
            }
            try {
                own.drive(run);
            } catch (InterruptedException e) {
                interruption = e;
            }
            // Also after the end: the requests that still come are for a loop that turns.
            run.moveAway(own.loop(), loop);
            leave(own, joined);
            launch.driven.set(false);
        } catch (RuntimeException | Error e) {
            // Stores first: where the stack is full, nothing can be called.
            launch.cause = e;
            launch.lost = true;
            launches.anyLost = true;
            launches.wake();
        }
        if (interruption != null) {
            throw interruption;
        }
    }

    /** Without stack, what a wait begins could not be brought to an end. */
    private boolean mayJoin() {
        // The timer of an idle run is to be seen before a request that comes later: it stays with the engine's loop.
        boolean idles = launch.spec().idleNanos() != Long.MAX_VALUE;
        return !idles && CallerRunsPool.mayBlockHere() && StackReserve.isThere();
    }

    /**
     * Moves a run to a loop of the calling thread's; null, and nothing is left of it, if none is free, or another thread
     * acts on the run. Whatever is thrown, the launch tells what there is.
     */
    private @Nullable CallerRuns join(Run run) {
        launches.enter(launch);
        CallerRuns own = pool.borrow();
        launch.callerRuns = own;
        if (own != null && run.tryMove(loop, own.loop())) {
            return own;
        }
        leave(own, true);
        return null;
    }

    private void leave(@Nullable CallerRuns own, boolean joined) {
        launch.callerRuns = null;
        if (own != null) {
            pool.giveBack(own);
        }
        if (joined) {
            launches.leave(launch);
        }
    }
}
