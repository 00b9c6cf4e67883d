package dev.leash.internal.loop;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An action that is due at a time. Made by {@link TimerQueue#schedule}; for the loop's thread. */
public final class Timer {
    static final int NOT_QUEUED = -1;

    final long dueNanos;
    final long order;
    private final Runnable action;
    private final @Nullable Consumer<Throwable> failed;
    int position = NOT_QUEUED;

    /** @param failed gets what the action throws; null if the code that fires the timer gets it */
    Timer(long dueNanos, long order, Runnable action, @Nullable Consumer<Throwable> failed) {
        this.dueNanos = dueNanos;
        this.order = order;
        this.action = action;
        this.failed = failed;
    }

    void fire() {
        try {
            action.run();
        } catch (Throwable thrown) {
            if (failed == null) {
                throw thrown;
            }
            failed.accept(thrown);
        }
    }

    /** Orders by due time, then by the order of scheduling. */
    boolean isBefore(Timer other) {
        return dueNanos != other.dueNanos ? dueNanos < other.dueNanos : order < other.order;
    }
}
