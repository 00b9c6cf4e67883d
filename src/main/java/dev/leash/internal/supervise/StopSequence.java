package dev.leash.internal.supervise;

import dev.leash.internal.loop.TimerQueue;
import java.util.List;

/** Walks through the steps of a stop plan, the last of which is KILL. Pure: the time is told to it. */
final class StopSequence {
    private final List<StopStep> steps;
    private int taken;

    StopSequence(List<StopStep> steps) {
        if (steps.isEmpty() || steps.getLast().signal() != StopStep.SIGKILL) {
            throw new IllegalArgumentException("a stop plan ends in KILL: " + steps);
        }
        this.steps = steps;
    }

    /** The signal that is due now; the sequence moves on. Not to be asked once it is {@link #finished}. */
    int advance() {
        return steps.get(taken++).signal();
    }

    /** Whether the next signal is KILL. Not to be asked once the sequence is {@link #finished}. */
    boolean killIsNext() {
        return taken == steps.size() - 1;
    }

    /** Whether KILL has been given out. */
    boolean finished() {
        return taken == steps.size();
    }

    /** When the step after the one that was just taken at {@code nowNanos} is due. */
    long nextDueNanos(long nowNanos) {
        return TimerQueue.after(nowNanos, steps.get(taken - 1).graceNanos());
    }
}
