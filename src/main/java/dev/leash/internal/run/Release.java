package dev.leash.internal.run;

import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.start.Counting;
import dev.leash.internal.start.Started;
import java.util.List;

/**
 * Gives back what a run holds, once: each thing whatever the ones before have thrown. For the thread that drives the
 * run.
 */
final class Release {
    private final LoopScope loop;
    private final Started started;
    private final List<Program> programs;
    private final MemberControl control;
    private final GuardianTable.Entry entry;
    private final Streams streams;
    private boolean done;

    Release(
            LoopScope loop,
            Started started,
            List<Program> programs,
            MemberControl control,
            GuardianTable.Entry entry,
            Streams streams) {
        this.loop = loop;
        this.started = started;
        this.programs = programs;
        this.control = control;
        this.entry = entry;
        this.streams = streams;
    }

    /** Whether this has taken place. */
    boolean isDone() {
        return done;
    }

    /**
     * Gives back every descriptor and timer.
     *
     * @param timers cancelled first
     * @param begun whether the streams were opened
     */
    void all(Effects timers, boolean begun) {
        if (done) {
            return;
        }
        done = true;
        try {
            timers.cancelTimer();
            timers.endIdleTimer();
        } finally {
            try {
                control.release();
            } finally {
                try {
                    entry.leave(); // before the number may be another process's
                } finally {
                    try {
                        endCounting();
                    } finally {
                        from(0, begun);
                    }
                }
            }
        }
    }

    private void endCounting() {
        Counting counting = started.counting();
        if (counting != null) {
            counting.end(loop.callState());
        }
    }

    private void from(int program, boolean begun) {
        if (program < programs.size()) {
            try {
                programs.get(program).release();
            } finally {
                from(program + 1, begun);
            }
        } else if (begun) {
            streams.abandon();
        } else {
            streams.discard(started.stages());
        }
    }
}
