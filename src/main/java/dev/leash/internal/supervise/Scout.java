package dev.leash.internal.supervise;

import dev.leash.internal.contain.Census;
import dev.leash.internal.contain.Containment;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a census of a run on another thread, since it may take long, and brings it to the loop. For the loop's thread. */
final class Scout {
    private final EventLoop loop;
    private final boolean freeze;
    private @Nullable Consumer<@Nullable Census> report;
    private @Nullable Timer patience;

    private Scout(EventLoop loop, boolean freeze, Consumer<@Nullable Census> report) {
        this.loop = loop;
        this.freeze = freeze;
        this.report = report;
    }

    /**
     * @param freeze whether whoever is found is stopped, in order to be killed
     * @param report called on the loop's thread, unless the scout is recalled; with null if there is no answer within
     *     {@code patienceNanos}, or none to be had. The census is closed when it returns
     */
    static Scout send(
            EventLoop loop,
            Containment containment,
            boolean freeze,
            long patienceNanos,
            Consumer<@Nullable Census> report) {
        Scout scout = new Scout(loop, freeze, report);
        scout.patience = loop.scheduleAfter(patienceNanos, () -> scout.answer(null));
        try {
            thread(() -> {
                Census census = censusOrNull(containment, freeze);
                loop.execute(() -> scout.comeBack(census));
            });
        } catch (OutOfMemoryError e) {
            // The limit of processes is reached, which threads count for. Better slow than not at all.
            loop.execute(() -> scout.comeBack(censusOrNull(containment, freeze)));
        }
        return scout;
    }

    private static @Nullable Census censusOrNull(Containment containment, boolean freeze) {
        try {
            return containment.census(freeze);
        } catch (IOException e) {
            return null;
        }
    }

    /** Kills whoever is left, in the background, where no loop is there to be reported to. */
    static void sendToKill(Containment containment) {
        Runnable kill = () -> {
            Census census = censusOrNull(containment, true);
            if (census != null) {
                CallState state = CallState.create();
                census.signal(state, StopStep.SIGKILL);
                census.close(state);
            }
        };
        try {
            thread(kill);
        } catch (OutOfMemoryError e) {
            kill.run();
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

    private void comeBack(@Nullable Census census) {
        boolean awaited = report != null;
        answer(census);
        if (census != null) {
            if (!awaited && freeze) {
                // Too late for the run, but nobody shall stay stopped for ever.
                census.signal(loop.callState(), StopStep.SIGKILL);
            }
            census.close(loop.callState());
        }
    }

    private void answer(@Nullable Census census) {
        Consumer<@Nullable Census> awaiting = report;
        recall();
        if (awaiting != null) {
            awaiting.accept(census);
        }
    }
}
