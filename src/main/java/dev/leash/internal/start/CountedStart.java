package dev.leash.internal.start;

import dev.leash.SpawnException;
import dev.leash.internal.spawn.SpawnErrors;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Handover;
import org.jspecify.annotations.Nullable;

/**
 * A start on a thread of its own, which ends with it: the counters of a run are inherited by whatever the thread starts
 * that has opened them, and a calling thread may start other runs at any time. A {@link HookedStart} has such a thread
 * anyway.
 *
 * <p>The programs are children of the process, whichever thread has made them. They inherit from the thread what it has
 * inherited from the calling one, such as niceness and processors.
 */
final class CountedStart implements Runnable {
    private final StartResources resources;
    private final Handover handover = new Handover();
    private @Nullable Started result;
    private @Nullable Throwable thrown;

    private CountedStart(StartResources resources) {
        this.resources = resources;
    }

    /** As {@link Starter#start}, for the resources' spec, which has counters. */
    static Started start(StartResources resources) throws SpawnException {
        CountedStart start = new CountedStart(resources);
        Thread starting = Thread.ofPlatform()
                .daemon()
                .name("leash-counted")
                .inheritInheritableThreadLocals(false)
                .unstarted(start);
        StartThread.begin(resources, starting);
        // Not to be broken off: there may be a child at any moment. But the start is told of an interrupt.
        start.handover.await(resources.patience()::lookForInterrupt);
        return start.result();
    }

    private Started result() throws SpawnException {
        if (thrown instanceof SpawnException failure) {
            throw SpawnErrors.again(failure);
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        Started started = result;
        if (started == null) {
            throw new IllegalStateException(thrown);
        }
        return started;
    }

    @Override
    public void run() {
        try (CallState state = CallState.open()) {
            result = Starter.start(state, resources, resources);
        } catch (SpawnException | RuntimeException | Error e) {
            thrown = e;
        } finally {
            resources.spawning = false;
            handover.finish();
        }
    }
}
