package dev.leash.internal.supervise;

import dev.leash.internal.spawn.SpawnFailure;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import java.util.ArrayList;
import java.util.List;

/** Starts the programs of a run, from left to right, on the calling thread. After a failure nothing is left. */
final class Starter {
    private static final int NONE = -1;

    private final CallState state;
    private final RunSpec spec;
    private final StartObserver observer;
    private final Custody custody;
    private final List<Started.Program> started;

    private Starter(CallState state, Custody custody, StartObserver observer) {
        this.state = state;
        this.spec = custody.spec();
        this.custody = custody;
        this.started = custody.programs();
        this.observer = observer;
    }

    /**
     * Starts the programs of the custody's spec.
     *
     * @param state the calling thread's
     */
    static Started start(CallState state, Custody custody, StartObserver observer) throws SpawnFailure {
        return new Starter(state, custody, observer).start();
    }

    private Started start() throws SpawnFailure {
        long startNanos = Clock.monotonicNanos();
        int last = spec.stages().size() - 1;
        int fromPrevious = NONE;
        try {
            for (int index = 0; index <= last; index++) {
                StageSpec stage = spec.stages().get(index);
                Pipe toNext = index == last ? new Pipe(NONE, NONE) : StageStarter.pipe(state, stage);
                int group = index == 0 ? NONE : started.getFirst().pid();
                observer.stageComes(stage);
                try {
                    StageStarter.start(state, stage, group, fromPrevious, toNext.writeEnd(), observer, custody);
                } finally {
                    Descriptors.closeIfOpen(state, fromPrevious);
                    Descriptors.closeIfOpen(state, toNext.writeEnd());
                    fromPrevious = toNext.readEnd();
                }
            }
            return new Started(started, startNanos);
        } catch (SpawnFailure e) {
            // An Error is for the custody.
            Descriptors.closeIfOpen(state, fromPrevious);
            undo();
            throw e;
        }
    }

    /**
     * Kills the stages that were started, and what they have started: they may have run as long as another waited for its
     * files. None has been reaped, so their numbers are their own.
     */
    private void undo() {
        Undo.killTree(started, custody.prepared());
        List<Boolean> killed = new ArrayList<>();
        for (Started.Program process : started) {
            killed.add(process.pid > 0 && Undo.kill(state, process.pid, process.pidfd));
        }
        for (boolean dead : killed) {
            Started.Program process = started.removeFirst();
            if (process.pid > 0) {
                Undo.reap(state, process.pid, dead);
                Descriptors.close(state, process.pidfd);
            }
            process.closeOwnEnds(state);
        }
    }
}
