package dev.leash.internal.start;

import dev.leash.SpawnException;
import dev.leash.internal.spawn.SpawnUndo;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import java.util.ArrayList;
import java.util.List;

/** Starts the programs of a run, from left to right, on the calling thread. After a failure nothing is left. */
public final class Starter {
    private static final int NONE = -1;

    private final CallState state;
    private final RunSpec spec;
    private final StartListener observer;
    private final StartResources resources;
    private final List<Started.Program> started;

    private Starter(CallState state, StartResources resources, StartListener observer) {
        this.state = state;
        this.spec = resources.spec();
        this.resources = resources;
        this.started = resources.programs();
        this.observer = observer;
    }

    /**
     * Starts the programs of the resources' spec, each of them held at the exec fifo where there is one.
     *
     * @param state that of the calling thread
     */
    public static Started start(CallState state, StartResources resources) throws SpawnException {
        ExecFifo fifo = resources.fifo();
        Started started;
        if (fifo != null) {
            started = HookedStart.start(resources, fifo);
        } else if (resources.counting() != null) {
            started = CountedStart.start(resources);
        } else {
            started = start(state, resources, resources);
        }
        resources.dismantleFifo();
        return started;
    }

    /**
     * Starts the programs of the resources' spec.
     *
     * @param state that of the calling thread, which starts nothing else from now on if there is something to count
     */
    static Started start(CallState state, StartResources resources, StartListener observer) throws SpawnException {
        return new Starter(state, resources, observer).start();
    }

    private Started start() throws SpawnException {
        Counting counting = resources.counting();
        if (counting != null) {
            counting.open(state);
        }
        long begunNanos = Clock.monotonicNanos();
        int last = spec.stages().size() - 1;
        int fromPrevious = NONE;
        try {
            for (int index = 0; index <= last; index++) {
                ProgramSpec stage = spec.stages().get(index);
                Pipe toNext = index == last ? new Pipe(NONE, NONE) : ProgramStarter.pipe(state, stage);
                int group = index == 0 ? NONE : started.getFirst().pid();
                observer.stageComes(stage);
                try {
                    ProgramStarter.start(state, stage, group, fromPrevious, toNext.writeEnd(), observer, resources);
                } finally {
                    Descriptors.closeIfOpen(state, fromPrevious);
                    Descriptors.closeIfOpen(state, toNext.writeEnd());
                    fromPrevious = toNext.readEnd();
                }
            }
            // What the start itself takes is no time of the program; but a timeout holds for a wait, too.
            boolean waited = resources.patience().isWaiting();
            return new Started(started, waited ? begunNanos : started.getFirst().startNanos, counting);
        } catch (SpawnException e) {
            // After an Error the owner of the resources cleans up.
            Descriptors.closeIfOpen(state, fromPrevious);
            undo();
            throw e;
        }
    }

    /**
     * Kills the programs that were started, and their descendants: they may have run while a later program waited for
     * its files. None has been reaped, so their pids are their own.
     */
    private void undo() {
        StartUndo.killTree(state, started, resources.prepared());
        List<Boolean> killed = new ArrayList<>();
        for (Started.Program process : started) {
            killed.add(process.pid > 0 && SpawnUndo.kill(state, process.pid, process.pidfd));
        }
        for (boolean dead : killed) {
            Started.Program process = started.removeFirst();
            if (process.pid > 0) {
                SpawnUndo.reap(state, process.pid, dead);
                Descriptors.close(state, process.pidfd);
            }
            process.closeOwnEnds(state);
        }
    }
}
