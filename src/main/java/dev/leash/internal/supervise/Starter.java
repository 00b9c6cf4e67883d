package dev.leash.internal.supervise;

import dev.leash.internal.spawn.Patience;
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
    private final Patience patience;
    private final List<Started.Program> started = new ArrayList<>();

    private Starter(CallState state, RunSpec spec, StartObserver observer, Patience patience) {
        this.state = state;
        this.spec = spec;
        this.observer = observer;
        this.patience = patience;
    }

    /** @param state the calling thread's */
    static Started start(CallState state, RunSpec spec, StartObserver observer, Patience patience) throws SpawnFailure {
        return new Starter(state, spec, observer, patience).start();
    }

    private Started start() throws SpawnFailure {
        long startNanos = Clock.monotonicNanos();
        int last = spec.stages().size() - 1;
        int fromPrevious = NONE;
        boolean complete = false;
        try {
            for (int index = 0; index <= last; index++) {
                StageSpec stage = spec.stages().get(index);
                Pipe toNext = index == last ? new Pipe(NONE, NONE) : StageStarter.pipe(state, stage);
                int group = index == 0 ? NONE : started.getFirst().pid();
                observer.stageComes(stage);
                try {
                    started.add(StageStarter.start(
                            state, stage, group, fromPrevious, toNext.writeEnd(), observer, patience));
                } finally {
                    Descriptors.closeIfOpen(state, fromPrevious);
                    Descriptors.closeIfOpen(state, toNext.writeEnd());
                    fromPrevious = toNext.readEnd();
                }
            }
            complete = true;
            return new Started(started, startNanos);
        } finally {
            if (!complete) {
                Descriptors.closeIfOpen(state, fromPrevious);
                undo();
            }
        }
    }

    /** Kills the stages that were started. None has been reaped, so their numbers are their own. */
    private void undo() {
        List<Boolean> killed = new ArrayList<>();
        for (Started.Program process : started) {
            killed.add(Undo.kill(state, process.pid(), process.pidfd()));
        }
        for (int index = 0; index < killed.size(); index++) {
            Started.Program process = started.get(index);
            Undo.reap(state, process.pid(), killed.get(index));
            Descriptors.close(state, process.pidfd());
            process.ownEnds().forEach(end -> Descriptors.close(state, end.fd()));
        }
    }
}
