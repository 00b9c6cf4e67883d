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
 * The transitions between the states of a run, with their effects. The {@link RunTable} decides which one is taken.
 * Pure, like the table.
 */
final class Transitions {
    private static final long FIRST_KILL_PAUSE_NANOS = 10_000_000L;
    private static final long LONGEST_KILL_PAUSE_NANOS = 1_000_000_000L;

    /**
     * How long pipes that should be at their ends are still read without drain time: a child that this JVM is just
     * starting holds copies of all pipes from its fork to its exec.
     */
    private static final long LAST_LOOK_NANOS = 32_000_000L;

    private static final long FIRST_LOOK_PAUSE_NANOS = 1_000_000L;

    /**
     * How long KILL waits for programs that are exiting already. To give back the memory of a large program takes the
     * kernel some ten milliseconds, and some hundred on a busy machine. One that hangs there does not hear KILL either,
     * but the other members do.
     */
    private static final long EXIT_NANOS = 1_000_000_000L;

    private final RunTable.Rules rules;
    private final Effects effects;
    private final Later later;

    State state = RUNNING;
    Cause cause = Cause.EXITED;

    /** The first unwanted output or failure of user code. It becomes the cause if one from outside is taken back. */
    Cause unwanted = Cause.EXITED;

    /** Whether a caller or the supervisor has asked for the end. */
    boolean endAsked;

    private @Nullable StopLadder ladder;

    /** How many steps of stop plans have been taken. */
    int steps;

    /** Whether the last program has exited. */
    boolean exited;

    /** Whether KILL is being sent, or has been: a milder plan comes too late. */
    boolean killDecided;

    /** Whether the end is not to be waited for: a caller wants it now, and the programs are gone. */
    boolean finishEarly;

    /** Whether KILL has been sent to the programs. */
    private boolean killed;

    /** When the wait for programs that are exiting ends; 0 if there was none. */
    private long exitUntilNanos;

    private long killUntilNanos;
    private long killPauseNanos;
    private long lastLookUntilNanos;
    private long lookPauseNanos;
    private long deliverUntilNanos = TimerQueue.NEVER;

    /** The event of the timer that was set last. */
    private @Nullable Event timed;

    /** @param later forgets events that have happened meanwhile and were cancelled */
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
        killDecided |= ladder().killIsNext();
        leaveState();
        cancelSearch(false);
        if (!exited && !rules.leave()) {
            effects.learnMembers();
        }
        if (effects.reachesAll()) {
            takeStep();
            return;
        }
        if (waitsForExit()) {
            return;
        }
        state = exited ? LINGERING : SEARCHING;
        // A leader that exits while its group is stopped orphans the group, and the kernel sends that HUP: the search
        // would kill what is to be left.
        effects.search(ladder().killIsNext() && !rules.leave());
    }

    void takeStep() {
        if (waitsForExit()) {
            return;
        }
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
        killed = true;
        if (refused) {
            killUntilNanos = TimerQueue.after(now, rules.drainNanos());
            insist(FIRST_KILL_PAUSE_NANOS);
        } else {
            waitForKill();
        }
    }

    /**
     * Whether KILL, which is next, comes too late for the programs: they are exiting, and it would only reach members
     * that are not to be killed, or not before the exit. Then their exit is waited for.
     */
    private boolean waitsForExit() {
        if (exited || killed || !ladder().killIsNext() || !effects.programsExit()) {
            return false;
        }
        long now = effects.nowNanos();
        if (exitUntilNanos == 0) {
            exitUntilNanos = TimerQueue.after(now, EXIT_NANOS);
        }
        if (now >= exitUntilNanos) {
            return false;
        }
        if (state == SEARCHING) {
            cancelSearch(false);
        }
        state = WAITING;
        timer(exitUntilNanos, Event.STEP_DUE);
        return true;
    }

    /** KILL was sent and not refused: the rest is up to the kernel. */
    private void waitForKill() {
        timer(TimerQueue.after(effects.nowNanos(), rules.killWaitNanos()), Event.KILL_WAIT_OVER);
    }

    /**
     * The kernel refuses to let a program be killed. It gets as much time as its pipes would: it may end by itself,
     * or become killable, as a setuid program does that returns to its caller's user. Even without any time, it is
     * checked once more before it is given up.
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
            boolean killIsDue = state == WAITING && killDecided; // it has waited for their exit
            state = LINGERING; // with the timer of the next step, or its search
            effects.watchMembers();
            if (killIsDue) {
                nextStep();
            }
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
            lookOnceMore(); // what may hold the pipes has already had that time
        } else {
            timer(TimerQueue.after(effects.nowNanos(), rules.drainNanos() / 2), Event.HOLDERS_DUE);
        }
    }

    /**
     * The drain time is over. One look at the pipes is no proof that a process of the run holds them, so there are a
     * few.
     */
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

    /** All output has been read. Consumers have until the deadline to take it, unless the end is asked for. */
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
        // A second reason to end gives them no more time than the first.
        deliverUntilNanos = Math.min(deliverUntilNanos, TimerQueue.after(until, rules.drainNanos()));
        if (deliverUntilNanos != TimerQueue.NEVER) {
            timer(deliverUntilNanos, Event.DELIVERY_TIME_OVER);
        }
    }

    /** Reads what is in the pipes without waiting for their holders; consumers get the drain time and no more. */
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

    /** Each state has its own timer, which has no meaning in the next state. */
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

    /** The events that happened while another was being handled. */
    interface Later {
        /** {@code cancelled} must not be handled, even if it has happened already. */
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
