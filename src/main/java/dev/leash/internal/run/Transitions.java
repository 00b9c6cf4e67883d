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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways from one state of a run to the next, and what is done on them. Which way is taken is up to the {@link RunTable}.
 * Pure, as that is.
 */
final class Transitions {
    private static final long FIRST_KILL_PAUSE_NANOS = 10_000_000L;
    private static final long LONGEST_KILL_PAUSE_NANOS = 1_000_000_000L;

    /**
     * How long pipes are read on that should be at their ends, where there is no drain time left: a child that this JVM is
     * just starting holds copies of all pipes from its fork to its exec.
     */
    private static final long LAST_LOOK_NANOS = 32_000_000L;

    private static final long FIRST_LOOK_PAUSE_NANOS = 1_000_000L;

    private final RunTable.Rules rules;
    private final Effects effects;
    private final Later later;

    State state = RUNNING;
    Cause cause = Cause.EXITED;

    /** The first unwanted thing that came out of the run. It is the cause, should one from outside be taken back. */
    Cause unwanted = Cause.EXITED;

    /** Whether a caller has asked for the end, or the supervisor has. */
    boolean endAsked;

    private @Nullable StopLadder ladder;

    /** How many steps of stop plans have been taken. */
    int steps;

    /** Whether the last program has exited. */
    boolean exited;

    /** Whether the end is not to be waited for: a caller wants it now, and the programs are gone. */
    boolean finishEarly;

    private long killUntilNanos;
    private long killPauseNanos;
    private long lastLookUntilNanos;
    private long lookPauseNanos;
    private long deliverUntilNanos = TimerQueue.NEVER;

    /** What happens when the timer fires that was set last. */
    private @Nullable Event timed;

    /** @param later forgets what has happened meanwhile, and was cancelled */
    Transitions(RunTable.Rules rules, Effects effects, Later later) {
        this.rules = rules;
        this.effects = effects;
        this.later = later;
    }

    // ---- The ladder.

    void climb(List<StopStep> plan) {
        ladder = new StopLadder(plan);
        nextStep();
    }

    void nextStep() {
        leaveState();
        cancelSearch(false);
        if (!exited && !rules.leave()) {
            effects.learnMembers();
        }
        if (effects.reachesAll()) {
            takeStep();
            return;
        }
        state = exited ? LINGERING : SEARCHING;
        effects.search(ladder().killIsNext());
    }

    void takeStep() {
        int signal = ladder().advance();
        boolean last = ladder().finished();
        steps++;
        if (exited && last) {
            effects.recordStep(signal);
            sweep(false);
            return;
        }
        boolean refused = effects.signal(signal, last);
        long now = effects.nowNanos();
        if (!last) {
            state = exited ? LINGERING : WAITING;
            timer(ladder().nextDueNanos(now), Event.STEP_DUE);
            return;
        }
        state = KILLED;
        if (refused) {
            killUntilNanos = TimerQueue.after(now, rules.drainNanos());
            insist(FIRST_KILL_PAUSE_NANOS);
        } else {
            waitForKill();
        }
    }

    /** KILL was sent and not refused: what remains is for the kernel to do. */
    private void waitForKill() {
        timer(TimerQueue.after(effects.nowNanos(), rules.killWaitNanos()), Event.KILL_WAIT_OVER);
    }

    /**
     * A program may not be killed. It has the time that its pipes would have: it may end by itself, or become one that can be
     * killed, as a setuid program does that goes back to its caller's user. Even if there is no time at all, it is looked at
     * once more before it is given up.
     */
    private void insist(long pauseNanos) {
        killPauseNanos = pauseNanos;
        timer(Math.min(killUntilNanos, TimerQueue.after(effects.nowNanos(), pauseNanos)), Event.KILL_DUE);
    }

    void killAgain() {
        if (!effects.killPrograms()) {
            waitForKill();
        } else if (effects.nowNanos() >= killUntilNanos) {
            giveUpOnPrograms();
        } else {
            insist(Math.min(2 * killPauseNanos, LONGEST_KILL_PAUSE_NANOS));
        }
    }

    void giveUpOnPrograms() {
        leaveState();
        state = SWEEPING;
        effects.programsGone();
        if (rules.leave()) {
            drain();
        } else {
            effects.sweepUndying();
        }
    }

    // ---- After the programs.

    void linger() {
        if (isNothingToSweep()) {
            drain();
        } else {
            state = LINGERING; // with the timer of the next step, or the search for it
            effects.watchMembers();
        }
    }

    void sweepOrDrain(boolean killSent) {
        if (isNothingToSweep()) {
            drain();
        } else {
            sweep(killSent);
        }
    }

    private boolean isNothingToSweep() {
        return rules.leave() || effects.provenEmpty();
    }

    private void sweep(boolean killSent) {
        leaveState();
        cancelSearch(true);
        state = SWEEPING;
        effects.sweep(killSent);
    }

    void drain() {
        leaveState();
        cancelSearch(!rules.leave());
        state = DRAINING;
        effects.leaveGuardian();
        effects.drain();
        if (effects.pipesAtEnd()) {
            deliver();
        } else if (finishEarly || !exited || effects.survivors()) {
            lookOnceMore(); // what may hold the pipes has been waited for that long already
        } else {
            timer(TimerQueue.after(effects.nowNanos(), rules.drainNanos() / 2), Event.HOLDERS_DUE);
        }
    }

    /** The drain time is over. A look at the pipes is no proof that something of the run holds them: so there are a few. */
    void lookOnceMore() {
        long now = effects.nowNanos();
        if (lookPauseNanos == 0) {
            lookPauseNanos = FIRST_LOOK_PAUSE_NANOS;
            lastLookUntilNanos = TimerQueue.after(now, LAST_LOOK_NANOS);
        }
        if (now >= lastLookUntilNanos) {
            effects.abandonPipes();
            deliver();
            return;
        }
        timer(Math.min(lastLookUntilNanos, TimerQueue.after(now, lookPauseNanos)), Event.DRAIN_TIME_OVER);
        lookPauseNanos *= 2;
    }

    /** All that will be read has been. Consumers have until the deadline to take it, if nothing asks for the end. */
    void deliver() {
        leaveState();
        state = DELIVERING;
        if (effects.consumersDone()) {
            finish();
            return;
        }
        long now = effects.nowNanos();
        boolean atLeisure = cause == Cause.EXITED && !finishEarly;
        long until = atLeisure ? Math.max(rules.deadlineNanos(), now) : now;
        // A second reason to end does not give them more time than the first.
        deliverUntilNanos = Math.min(deliverUntilNanos, TimerQueue.after(until, rules.drainNanos()));
        if (deliverUntilNanos != TimerQueue.NEVER) {
            timer(deliverUntilNanos, Event.DELIVERY_TIME_OVER);
        }
    }

    /** What is in the pipes is taken, and no holder of them is waited for; consumers get the drain time and no more. */
    void endSoon() {
        if (finishEarly) {
            return;
        }
        finishEarly = true;
        switch (state) {
            case DRAINING -> {
                leaveState();
                lookOnceMore();
            }
            case DELIVERING -> deliver();
            case RUNNING, SEARCHING, WAITING, KILLED, LINGERING, SWEEPING, DONE -> {} // its time comes
        }
    }

    void finish() {
        leaveState();
        state = DONE;
        effects.finish();
    }

    void timer(long dueNanos, Event event) {
        timed = event;
        effects.timer(dueNanos, event);
    }

    /** Each state has its own timer, which means nothing in the next one. */
    void leaveState() {
        effects.cancelTimer();
        if (timed != null) {
            later.forget(timed);
            timed = null;
        }
    }

    void cancelSearch(boolean kill) {
        effects.cancelSearch(kill);
        later.forget(Event.FOUND);
    }

    /** The events that have happened while another is being handled. */
    interface Later {
        /** This has been cancelled. If it has happened already, it must not count for what follows. */
        void forget(Event cancelled);
    }

    private StopLadder ladder() {
        StopLadder climbed = ladder;
        if (climbed == null) {
            throw new IllegalStateException("no stop plan in state " + state);
        }
        return climbed;
    }
}
