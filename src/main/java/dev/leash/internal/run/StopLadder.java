package dev.leash.internal.run;

import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.StopStep;
import java.util.List;

/** Walks through the steps of a stop plan, the last of which is KILL. Pure: the time is a parameter. */
public final class StopLadder {
    private final List<StopStep> steps;
    private int taken;

    public StopLadder(List<StopStep> steps) {
        requireKill(steps);
        this.steps = steps;
    }

    /** @throws IllegalArgumentException if {@code steps} do not end in KILL */
    static void requireKill(List<StopStep> steps) {
        if (steps.isEmpty() || steps.getLast().signal() != StopStep.SIGKILL) {
            throw new IllegalArgumentException("a stop plan ends in KILL: " + steps);
        }
    }

    /** The signal that is due now; moves on to the next step. Not to be called once it is {@link #finished}. */
    public int advance() {
        return steps.get(taken++).signal();
    }

    /** Whether the next signal is KILL. Not to be called once it is {@link #finished}. */
    public boolean killIsNext() {
        return taken == steps.size() - 1;
    }

    /** Whether KILL, the last step, has been taken. */
    boolean finished() {
        return taken == steps.size();
    }

    /** When the next step is due, if the last one was taken at {@code nowNanos}. */
    long nextDueNanos(long nowNanos) {
        return TimerQueue.after(nowNanos, steps.get(taken - 1).graceNanos());
    }
}
