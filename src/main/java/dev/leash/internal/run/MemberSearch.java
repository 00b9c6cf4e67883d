package dev.leash.internal.run;

import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a snapshot of a run on another thread, since it may take long, and brings it to the loop. For the loop's thread. */
public final class MemberSearch {
    private final LoopScope loop;
    private final boolean freeze;
    private @Nullable Consumer<@Nullable MemberSnapshot> report;
    private @Nullable Timer patience;

    private MemberSearch(LoopScope loop, boolean freeze, Consumer<@Nullable MemberSnapshot> report) {
        this.loop = loop;
        this.freeze = freeze;
        this.report = report;
    }

    /**
     * @param freeze whether whoever is found is stopped, in order to be killed
     * @param report called on the loop's thread, unless the scout is recalled; with null if there is no answer within
     *     {@code patienceNanos}, or none to be had. The snapshot is closed when it returns
     */
    static MemberSearch send(
            LoopScope loop,
            ProcessSet containment,
            boolean freeze,
            long patienceNanos,
            Consumer<@Nullable MemberSnapshot> report) {
        MemberSearch scout = new MemberSearch(loop, freeze, report);
        scout.patience = loop.scheduleAfter(patienceNanos, () -> scout.answer(null));
        try {
            thread(() -> {
                try (CallState state = CallState.open()) {
                    MemberSnapshot snapshot = snapshotOrNull(state, containment, freeze);
                    loop.execute(() -> scout.comeBack(snapshot));
                }
            });
        } catch (OutOfMemoryError e) {
            // The limit of processes is reached, which threads count for. Better slow than not at all.
            loop.execute(() -> scout.comeBack(snapshotOrNull(loop.callState(), containment, freeze)));
        }
        return scout;
    }

    private static @Nullable MemberSnapshot snapshotOrNull(CallState state, ProcessSet containment, boolean freeze) {
        try {
            return containment.snapshot(state, freeze);
        } catch (IOException | OutOfMemoryError e) {
            return null;
        }
    }

    /** No virtual one, whose carriers others can keep busy. */
    private static void thread(Runnable work) {
        Thread ignored = Thread.ofPlatform().daemon().name("leash-scan").start(work);
    }

    /** The report will not be called. */
    void recall() {
        report = null;
        if (patience != null) {
            loop.cancel(patience);
        }
    }

    private void comeBack(@Nullable MemberSnapshot snapshot) {
        boolean awaited = report != null;
        answer(snapshot);
        if (snapshot != null) {
            if (!awaited && freeze) {
                // Too late for the run, but nobody shall stay stopped for ever.
                snapshot.signal(loop.callState(), StopStep.SIGKILL);
            }
            snapshot.close(loop.callState());
        }
    }

    private void answer(@Nullable MemberSnapshot snapshot) {
        Consumer<@Nullable MemberSnapshot> awaiting = report;
        recall();
        if (awaiting != null) {
            awaiting.accept(snapshot);
        }
    }
}
