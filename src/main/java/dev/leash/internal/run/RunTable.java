package dev.leash.internal.run;

import static dev.leash.internal.run.State.DELIVERING;
import static dev.leash.internal.run.State.DONE;
import static dev.leash.internal.run.State.DRAINING;
import static dev.leash.internal.run.State.KILLED;
import static dev.leash.internal.run.State.LINGERING;
import static dev.leash.internal.run.State.RUNNING;
import static dev.leash.internal.run.State.SEARCHING;
import static dev.leash.internal.run.State.SWEEPING;
import static dev.leash.internal.run.State.WAITING;

import dev.leash.Cause;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.StopStep;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of a run as a table of state and event: what each event means in each state. Pure: time and effects are
 * parameters. For one thread at a time.
 *
 * <p>Three rules hold everywhere. Before an event is handled, the table checks whether the last program has exited,
 * so that what came first decides the cause. An event that happens while another is being handled comes after it. And
 * {@link State#DONE} is entered once, by {@link Effects#finish} or {@link Effects#fail}, which release everything.
 */
final class RunTable {
    /**
     * What a run's specification says about its end.
     *
     * @param plan its own stop plan, which ends in KILL
     * @param deadlineNanos of CLOCK_MONOTONIC, or {@link TimerQueue#NEVER}
     * @param leave whether members that outlive the programs are left alone
     * @param drainNanos for pipes, for consumers, and for programs that refuse KILL
     * @param killWaitNanos for KILL to take effect
     */
    record Rules(List<StopStep> plan, long deadlineNanos, boolean leave, long drainNanos, long killWaitNanos) {}

    private final Rules rules;
    private final Effects effects;
    private final Transitions run;
    private boolean handling;

    /** Events that happened while another was being handled. Made at first use, since most runs need none. */
    private @Nullable ArrayDeque<Event> later;

    RunTable(Rules rules, Effects effects) {
        this.rules = rules;
        this.effects = effects;
        this.run = new Transitions(rules, effects, this::forget);
    }

    /** The programs run and are watched. */
    void begin() {
        if (run.state == RUNNING && rules.deadlineNanos() != TimerQueue.NEVER) {
            run.timer(rules.deadlineNanos(), Event.stop(Cause.TIMED_OUT, rules.plan()));
        }
    }

    State state() {
        return run.state;
    }

    /** Why the run ends, as far as that is decided; {@link Cause#EXITED} if nothing else was first. */
    Cause cause() {
        return run.cause;
    }

    /** Whether the cause came from outside: the run's deadline, a caller, or the end of the supervisor. */
    boolean isExternal() {
        return isExternal(run.cause);
    }

    private static boolean isExternal(Cause cause) {
        return switch (cause) {
            case TIMED_OUT, IDLE, CANCELLED, CLOSED -> true;
            case EXITED, OUTPUT_LIMIT, FAILED -> false;
        };
    }

    /**
     * The run's output was too much, or made user code throw. That decides the cause, unless it is decided: also
     * after the programs have exited, so that the same output means the same cause. {@link Event#unwanted} has to
     * follow.
     */
    void blame(Cause unwanted) {
        if (run.state == DONE) {
            return;
        }
        if (run.cause == Cause.EXITED) {
            run.cause = unwanted;
        }
        if (run.unwanted == Cause.EXITED) {
            run.unwanted = unwanted;
        }
    }

    /**
     * Whether {@code event} leads to signals and timers only, as long as no program has exited: then any thread may
     * handle it.
     */
    boolean isOnlySignalled(Event event) {
        return switch (run.state) {
            case RUNNING, SEARCHING, WAITING, KILLED ->
                event.kind() == Event.Kind.STOP || event.kind() == Event.Kind.STEP_DUE;
            case LINGERING, SWEEPING, DRAINING, DELIVERING, DONE -> false;
        };
    }

    /** Handles {@code event}, or queues it for the call that is handling another. */
    void handle(Event event) {
        if (handling) {
            if (later == null) {
                later = new ArrayDeque<>(4);
            }
            later.add(event);
            return;
        }
        handling = true;
        try {
            look(event);
            while (later != null && !later.isEmpty()) {
                look(later.remove());
            }
        } finally {
            handling = false;
        }
    }

    private void forget(Event cancelled) {
        if (later != null) {
            boolean ignored = later.remove(cancelled);
        }
    }

    private void look(Event event) {
        boolean looks = event.kind() != Event.Kind.LAST_EXIT && event.kind() != Event.Kind.FAILURE;
        if (looks && !run.exited && run.state != DONE && effects.pollPrograms()) {
            dispatch(Event.LAST_EXIT);
        }
        dispatch(event);
    }

    private void dispatch(Event event) {
        switch (event.kind()) {
            case STOP -> stop(event.cause(), event.plan());
            case LAST_EXIT -> lastExit();
            case FOUND -> found();
            case STEP_DUE -> stepDue();
            case KILL_DUE -> killDue();
            case KILL_WAIT_OVER -> killWaitOver();
            case SET_EMPTY -> setEmpty();
            case PIPES_AT_END -> pipesAtEnd();
            case HOLDERS_DUE -> holdersDue();
            case DRAIN_TIME_OVER -> drainTimeOver();
            case CONSUMERS_DONE -> consumersDone();
            case DELIVERY_TIME_OVER -> deliveryTimeOver();
            case UNWANTED -> unwanted(event.cause());
            case FAILURE -> failure(event.thrown());
        }
    }

    private void stop(Cause why, List<StopStep> plan) {
        boolean asked = why == Cause.CANCELLED || why == Cause.CLOSED;
        run.endAsked |= asked;
        if (asked && run.state == RUNNING && rules.deadlineNanos() <= effects.nowNanos()) {
            // It came first, though the loop that has its timer may be held up.
            stop(Cause.TIMED_OUT, rules.plan());
        }
        switch (run.state) {
            case RUNNING -> {
                run.cause = run.cause == Cause.EXITED ? why : run.cause;
                effects.endIdleTimer();
                run.climb(plan);
            }
            case SEARCHING, WAITING, KILLED, LINGERING -> {
                if (!run.killDecided || plan.getFirst().signal() == StopStep.SIGKILL) {
                    run.climb(plan); // the newest plan counts
                }
            }
            case SWEEPING, DRAINING, DELIVERING -> {
                if (asked) {
                    run.endSoon();
                }
            }
            case DONE -> {}
        }
    }

    private void lastExit() {
        if (run.exited) {
            return;
        }
        run.exited = true;
        if (run.state != DONE) {
            effects.programsGone();
            effects.endIdleTimer();
            if (rules.leave()) {
                effects.leaveGuardian();
            }
        }
        switch (run.state) {
            case RUNNING -> run.sweepOrDrain(false);
            case SEARCHING, WAITING -> {
                if (run.steps == 0) {
                    // No signal has been sent yet, so nothing has stopped the programs.
                    run.cause = isExternal(run.cause) ? run.unwanted : run.cause;
                    run.finishEarly = run.endAsked;
                    run.sweepOrDrain(false);
                } else {
                    run.linger();
                }
            }
            case KILLED -> run.sweepOrDrain(true);
            case SWEEPING, DRAINING, DELIVERING -> {} // the program was given up, and has exited after all
            case LINGERING, DONE -> {}
        }
    }

    private void found() {
        switch (run.state) {
            case SEARCHING, LINGERING -> run.takeStep();
            case RUNNING, WAITING, KILLED, SWEEPING, DRAINING, DELIVERING, DONE -> {} // it was cancelled
        }
    }

    private void stepDue() {
        switch (run.state) {
            case WAITING, LINGERING -> run.nextStep();
            case RUNNING, SEARCHING, KILLED, SWEEPING, DRAINING, DELIVERING, DONE -> {} // it was cancelled
        }
    }

    private void killDue() {
        switch (run.state) {
            case KILLED -> run.killAgain();
            case RUNNING, SEARCHING, WAITING, LINGERING, SWEEPING, DRAINING, DELIVERING, DONE -> {}
        }
    }

    private void killWaitOver() {
        switch (run.state) {
            case KILLED -> run.giveUpOnPrograms();
            case RUNNING, SEARCHING, WAITING, LINGERING, SWEEPING, DRAINING, DELIVERING, DONE -> {}
        }
    }

    private void setEmpty() {
        switch (run.state) {
            case LINGERING, SWEEPING -> run.drain();
            case RUNNING, SEARCHING, WAITING, KILLED, DRAINING, DELIVERING, DONE -> {} // the sweep was ended
        }
    }

    private void pipesAtEnd() {
        switch (run.state) {
            case DRAINING -> run.deliver();
            case RUNNING, SEARCHING, WAITING, KILLED, LINGERING, SWEEPING -> {} // asked for when draining begins
            case DELIVERING, DONE -> {}
        }
    }

    private void holdersDue() {
        switch (run.state) {
            case DRAINING -> {
                effects.lookForHolders();
                long rest = rules.drainNanos() - rules.drainNanos() / 2;
                run.timer(TimerQueue.after(effects.nowNanos(), rest), Event.DRAIN_TIME_OVER);
            }
            case RUNNING, SEARCHING, WAITING, KILLED, LINGERING, SWEEPING, DELIVERING, DONE -> {}
        }
    }

    private void drainTimeOver() {
        switch (run.state) {
            case DRAINING -> run.lookOnceMore();
            case RUNNING, SEARCHING, WAITING, KILLED, LINGERING, SWEEPING, DELIVERING, DONE -> {}
        }
    }

    private void consumersDone() {
        switch (run.state) {
            case DRAINING -> run.deliver();
            case DELIVERING -> run.finish();
            case RUNNING, SEARCHING, WAITING, KILLED, LINGERING, SWEEPING -> {} // asked for when delivering begins
            case DONE -> {}
        }
    }

    private void deliveryTimeOver() {
        switch (run.state) {
            case DELIVERING -> {
                effects.giveUpOnConsumers();
                run.finish();
            }
            case RUNNING, SEARCHING, WAITING, KILLED, LINGERING, SWEEPING, DRAINING, DONE -> {}
        }
    }

    private void unwanted(Cause why) {
        switch (run.state) {
            case RUNNING -> stop(why, rules.plan());
            case DELIVERING -> run.deliver(); // consumers have until the deadline only where all is well
            case SEARCHING, WAITING, KILLED, LINGERING, SWEEPING, DRAINING, DONE -> {} // it ends already
        }
    }

    private void failure(@Nullable Throwable thrown) {
        Throwable why = thrown == null ? new IllegalStateException("the run has failed") : thrown;
        switch (run.state) {
            case RUNNING, SEARCHING, WAITING, KILLED, LINGERING, SWEEPING, DRAINING, DELIVERING -> {
                run.state = DONE;
                try {
                    run.leaveState();
                    run.cancelSearch(true);
                } catch (RuntimeException | Error e) {
                    Suppression.add(why, e);
                }
                effects.fail(why);
            }
            case DONE -> effects.failLate(why);
        }
    }
}
