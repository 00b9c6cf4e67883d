package dev.leash;

import dev.leash.internal.spec.StopStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How to end a run: signals with waits between them, KILL at the end. Each signal goes to every process of the run
 * and is followed by CONT, since a stopped process acts on nothing but KILL. A wait ends as soon as everything is
 * gone. Immutable.
 *
 * {@snippet class="dev.leash.examples.Commands" region="plans"}
 *
 * <p>A program that cleans up gets time for it:
 *
 * {@snippet class="dev.leash.examples.GracefulStop" region="graceful"}
 */
public final class StopPlan {
    private static final StopPlan KILL = new StopPlan(List.of(new StopStep(Signal.KILL.number(), 0)));

    private final List<StopStep> steps;

    private StopPlan(List<StopStep> steps) {
        this.steps = steps;
    }

    /** KILL at once. The default of a {@link Command}. */
    public static StopPlan kill() {
        return KILL;
    }

    /**
     * Begins with {@code signal}.
     *
     * @throws IllegalArgumentException if it is KILL, after which there is nothing to wait for
     */
    public static Signalled signal(Signal signal) {
        return new Signalled(List.of(), signal);
    }

    List<StopStep> steps() {
        return steps;
    }

    /** The plan in readable form, such as {@code TERM, 2s, KILL}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (StopStep step : steps.subList(0, steps.size() - 1)) {
            text.append(new Signal(step.signal()))
                    .append(", ")
                    .append(Durations.text(step.graceNanos()))
                    .append(", ");
        }
        return text.append("KILL").toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StopPlan plan && plan.steps.equals(steps);
    }

    @Override
    public int hashCode() {
        return steps.hashCode();
    }

    /** A plan whose last step so far is a signal; the time to wait for its effect comes next. */
    public static final class Signalled {
        private final List<StopStep> before;
        private final Signal signal;

        private Signalled(List<StopStep> before, Signal signal) {
            if (signal.equals(Signal.KILL)) {
                throw new IllegalArgumentException("nothing outlasts KILL: end the plan with kill()");
            }
            this.before = before;
            this.signal = signal;
        }

        /**
         * Waits for {@code grace}, or until everything is gone.
         *
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Waited then(Duration grace) {
            List<StopStep> steps = new ArrayList<>(before);
            steps.add(new StopStep(signal.number(), Durations.positiveNanos("grace", grace)));
            return new Waited(steps);
        }
    }

    /** A plan whose last step so far is a wait; another signal or KILL comes next. */
    public static final class Waited {
        private final List<StopStep> before;

        private Waited(List<StopStep> before) {
            this.before = before;
        }

        /**
         * Goes on with {@code signal}.
         *
         * @throws IllegalArgumentException if it is KILL: use {@link #kill()}
         */
        public Signalled signal(Signal signal) {
            return new Signalled(before, Objects.requireNonNull(signal, "signal"));
        }

        /** Ends with KILL. */
        public StopPlan kill() {
            List<StopStep> steps = new ArrayList<>(before);
            steps.addAll(KILL.steps);
            return new StopPlan(List.copyOf(steps));
        }
    }
}
