package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.spec.StopStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens to a run. Immutable.
 *
 * @param cause of {@link Kind#STOP} and {@link Kind#UNWANTED}; otherwise {@link Cause#EXITED}
 * @param plan of {@link Kind#STOP}: the steps, of which the last is KILL
 * @param thrown of {@link Kind#FAILURE}
 */
record Event(
        Kind kind,
        Cause cause,
        List<StopStep> plan,
        @Nullable Throwable thrown) {
    /** What it is. */
    enum Kind {
        /** The run has to end by a plan: because of its deadline, a caller, or the end of the supervisor. */
        STOP,
        /** The last program of the run has exited. */
        LAST_EXIT,
        /** The search for members has returned, or its time is over. */
        FOUND,
        /** The time after the last signal is over. */
        STEP_DUE,
        /** KILL was refused for a program, and it is time to try again. */
        KILL_DUE,
        /** KILL was sent, and the time for it to take effect is over. */
        KILL_WAIT_OVER,
        /** No member is left, or the time for that is over. */
        SET_EMPTY,
        /** All pipes have been read to their ends. */
        PIPES_AT_END,
        /** Half of the drain time is over: another process holds a pipe. */
        HOLDERS_DUE,
        /** The drain time is over. */
        DRAIN_TIME_OVER,
        /** All pipes are at their ends, and all consumers have finished. */
        CONSUMERS_DONE,
        /** The time for consumers is over. */
        DELIVERY_TIME_OVER,
        /** The run has to end by its own plan for a reason of its own: too much output, or user code that threw. */
        UNWANTED,
        /** An operation for the run has thrown. */
        FAILURE
    }

    static final Event LAST_EXIT = of(Kind.LAST_EXIT);
    static final Event FOUND = of(Kind.FOUND);
    static final Event STEP_DUE = of(Kind.STEP_DUE);
    static final Event KILL_DUE = of(Kind.KILL_DUE);
    static final Event KILL_WAIT_OVER = of(Kind.KILL_WAIT_OVER);
    static final Event SET_EMPTY = of(Kind.SET_EMPTY);
    static final Event PIPES_AT_END = of(Kind.PIPES_AT_END);
    static final Event HOLDERS_DUE = of(Kind.HOLDERS_DUE);
    static final Event DRAIN_TIME_OVER = of(Kind.DRAIN_TIME_OVER);
    static final Event CONSUMERS_DONE = of(Kind.CONSUMERS_DONE);
    static final Event DELIVERY_TIME_OVER = of(Kind.DELIVERY_TIME_OVER);

    private static Event of(Kind kind) {
        return new Event(kind, Cause.EXITED, List.of(), null);
    }

    /** Whether it means that something did not happen in time: all that did happen is to be handled first. */
    boolean isVerdict() {
        return kind == Kind.KILL_WAIT_OVER || kind == Kind.DRAIN_TIME_OVER || kind == Kind.DELIVERY_TIME_OVER;
    }

    /** @throws IllegalArgumentException if the plan does not end in KILL */
    static Event stop(Cause cause, List<StopStep> plan) {
        StopLadder.requireKill(plan);
        return new Event(Kind.STOP, cause, plan, null);
    }

    static Event unwanted(Cause cause) {
        return new Event(Kind.UNWANTED, cause, List.of(), null);
    }

    static Event failure(Throwable thrown) {
        return new Event(Kind.FAILURE, Cause.EXITED, List.of(), thrown);
    }
}
