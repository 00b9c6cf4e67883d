package dev.leash.internal.loop;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An action that is due at a time. Made by {@link EventLoop#schedule} and {@link LoopScope#schedule}. */
public final class Timer extends Chain.Link<Timer> {
    static final int NOT_QUEUED = -1;

    final long dueNanos;
    private final Runnable action;
    private final @Nullable LoopScope scope;
    private final boolean anywhere;

    /** The loop that has it. */
    private @Nullable EventLoop loop;

    // For the loop's thread.
    long order;
    int position = NOT_QUEUED;
    boolean known;

    /** Written by the thread that acts on the run; the loop reads it again when it acts. */
    private boolean cancelled;

    private boolean acted;

    /**
     * @param scope the run whose timer it is; null if it is the loop's own
     * @param anywhere whether the action may be called on another loop's thread than the one the run is on by then
     */
    Timer(long dueNanos, Runnable action, @Nullable LoopScope scope, boolean anywhere) {
        this.dueNanos = dueNanos;
        this.action = action;
        this.scope = scope;
        this.anywhere = anywhere;
    }

    void assign(EventLoop owner) {
        loop = owner;
    }

    EventLoop loop() {
        return Objects.requireNonNull(loop);
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** On the thread of {@code of}, the loop that has it. */
    void fire(EventLoop of) {
        if (scope == null) {
            action.run();
        } else {
            scope.timerDue(this, of);
        }
    }

    /** For the thread that acts on the run, and is that of {@code loop}. */
    void act() {
        if (!cancelled && !acted) {
            acted = true; // it may have been due on a loop that the run has left since, and be due on its new one
            action.run();
        }
    }

    boolean isForAnyLoop() {
        return anywhere;
    }

    /** Orders by due time, then by the order of scheduling. */
    boolean isBefore(Timer other) {
        return dueNanos != other.dueNanos ? dueNanos < other.dueNanos : order < other.order;
    }
}
