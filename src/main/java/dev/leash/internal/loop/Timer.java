package dev.leash.internal.loop;

/** An action that is due at a time. Made by {@link TimerQueue#schedule}; for the loop's thread. */
public final class Timer {
    static final int NOT_QUEUED = -1;

    final long dueNanos;
    final long order;
    final Runnable action;
    int position = NOT_QUEUED;

    Timer(long dueNanos, long order, Runnable action) {
        this.dueNanos = dueNanos;
        this.order = order;
        this.action = action;
    }

    /** Earlier first; of two at the same time the one that was scheduled first. */
    boolean isBefore(Timer other) {
        return dueNanos != other.dueNanos ? dueNanos < other.dueNanos : order < other.order;
    }
}
