package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.StopStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A small world that a {@link RunTable} acts on: programs and members that come and go at any time, a search that is slow,
 * one timer, pipes, consumers. It knows what must never happen, and says so by an {@link AssertionError}.
 */
final class ModelWorld implements Effects {
    /** Something that an effect throws. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(String effect) {
            super(effect, null, false, false);
        }
    }

    enum Search {
        NONE,
        OUT,
        /** It has come back, and the event is on its way or being handled. */
        BACK
    }

    final Random random;
    final boolean leave;
    final boolean clumsy;
    final List<String> trace = new ArrayList<>();
    boolean tracing;

    /** Called in the middle of effects: other things may happen meanwhile. */
    Runnable meanwhile = () -> {};

    long now = 1_000_000_000L;
    int programs;
    /** Whether KILL kills programs; otherwise it is refused, or has no effect. */
    boolean killRefused;

    boolean killable;
    int members;
    boolean frozen;

    /** Whether the table has been told that the last program has exited, and whether it has acted on it. */
    boolean exitTold;

    boolean exitKnown;

    /** Whether the last program had exited when the event happened that is being handled. */
    boolean exitedBefore;

    boolean killSent;

    @Nullable
    Event timer;

    long timerDue;
    Search search = Search.NONE;
    boolean freezing;
    boolean watching;
    boolean sweeping;
    boolean undying;
    boolean sweepTold;
    boolean pipesAtEnd;
    boolean consumersDone;
    boolean draining;
    boolean pipesClosed;
    boolean idleEnded;
    boolean guardianLeft;
    boolean gone;
    boolean consumersGivenUp;

    int steps;
    long stepNotBefore;

    /** Whether a stop has come while an event was handled, so that its first step may be next. */
    boolean planWaits;

    long deliveryDue = TimerQueue.NEVER;
    int plans;
    int kills;
    boolean failing;
    int ends;
    int told;
    boolean finished;

    ModelWorld(Random random) {
        this.random = random;
        leave = chance(3);
        clumsy = chance(3);
        programs = 1 + random.nextInt(3);
        members = random.nextInt(3);
        killable = !chance(6);
        killRefused = chance(6);
    }

    boolean chance(int oneOf) {
        return random.nextInt(oneOf) == 0;
    }

    void say(String what) {
        if (tracing) {
            trace.add(what);
        }
    }

    static void never(boolean wrong, String what) {
        if (wrong) {
            throw new AssertionError(what);
        }
    }

    /** Each effect begins with this. */
    private void effect(String name) {
        say("    " + name);
        never(ends > 0, name + " after the end");
        throwAtTimes(name);
        meanwhile.run();
    }

    private void throwAtTimes(String name) {
        if (clumsy && chance(60)) {
            say("    ! " + name + " throws");
            throw new Fault(name);
        }
    }

    /** Of the effects that reach processes. */
    private void reaches(String name) {
        never(draining, name + " after the set was given back");
        never(leave && exitKnown && !failing, name + " after the programs, though the rest is left alone");
    }

    @Override
    public long nowNanos() {
        return now;
    }

    @Override
    public void timer(long dueNanos, Event event) {
        effect("timer " + event.kind() + " in " + (dueNanos - now));
        never(dueNanos < 0, "a time that has overflowed");
        timer = event;
        timerDue = dueNanos;
        if (event.kind() == Event.Kind.STEP_DUE) {
            stepNotBefore = planWaits ? now : dueNanos;
        }
        if (event.kind() == Event.Kind.DELIVERY_TIME_OVER) {
            never(dueNanos > deliveryDue, "consumers have been given more time than they had");
            deliveryDue = dueNanos;
        }
    }

    @Override
    public void cancelTimer() {
        effect("cancelTimer");
        timer = null;
    }

    @Override
    public boolean pollPrograms() {
        effect("look");
        exitTold |= programs == 0;
        return programs == 0;
    }

    @Override
    public boolean programsExit() {
        effect("programsExit");
        never(exitedBefore, "asked whether programs exit that have exited");
        never(killSent, "asked whether programs exit that were sent KILL");
        return programs > 0 && chance(4);
    }

    @Override
    public void programsGone() {
        effect("programsGone");
        gone = true;
        exitKnown |= exitTold;
    }

    @Override
    public void endIdleTimer() {
        effect("endIdleTimer");
        idleEnded = true;
    }

    @Override
    public void learnMembers() {
        effect("learnMembers");
        reaches("learnMembers");
    }

    @Override
    public boolean reachesAll() {
        return members == 0 || chance(3);
    }

    @Override
    public void search(boolean freeze) {
        effect("search " + freeze);
        reaches("search");
        never(search != Search.NONE, "a search beside another");
        search = Search.OUT;
        freezing = freeze;
    }

    @Override
    public void cancelSearch(boolean kill) {
        effect("cancelSearch " + kill);
        if (search == Search.NONE) {
            return;
        }
        if (kill) {
            never(leave && exitKnown && !failing, "the search kills what is to be left alone");
            members = 0;
        }
        frozen = false;
        search = Search.NONE;
    }

    @Override
    public boolean signal(int signal, boolean last) {
        effect("signal " + signal);
        reaches("signal");
        never(exitedBefore && !exitKnown, "a signal without a look for exits");
        never(last != (signal == StopStep.SIGKILL), "KILL is the last step, and no other is");
        never(search == Search.OUT, "a step taken while its search is out");
        never(now < stepNotBefore, "a step before the time of the one before is over");
        never(plans <= kills, "a step after KILL without a new plan");
        steps++;
        frozen = false;
        search = Search.NONE;
        if (last) {
            killSent = true;
            kills++;
            members = 0;
        }
        return last && killRefused && programs > 0;
    }

    @Override
    public void recordStep(int signal) {
        effect("recordStep " + signal);
        never(signal != StopStep.SIGKILL || !exitKnown, "only the KILL of what is left is the sweep's");
        never(plans <= kills, "KILL twice by one plan");
        kills++;
    }

    @Override
    public boolean killPrograms() {
        effect("killPrograms");
        reaches("killPrograms");
        never(exitedBefore, "killPrograms though the programs had exited");
        never(!killSent, "KILL before its step");
        return killRefused && programs > 0;
    }

    @Override
    public boolean provenEmpty() {
        never(ends > 0, "provenEmpty after the end");
        return members == 0 && chance(2);
    }

    @Override
    public void watchMembers() {
        effect("watchMembers");
        reaches("watchMembers");
        never(watching || sweeping, "watched twice");
        watching = true;
    }

    @Override
    public void sweep(boolean killSentBefore) {
        effect("sweep");
        reaches("sweep");
        never(sweeping, "swept twice");
        never(!exitKnown, "swept before the programs have exited");
        never(search != Search.NONE, "swept while a search is out");
        sweeping = true;
        frozen = false;
    }

    @Override
    public void sweepUndying() {
        effect("sweepUndying");
        reaches("sweepUndying");
        never(exitedBefore, "sweepUndying though the programs had exited");
        never(sweeping || watching, "swept twice");
        sweeping = true;
        undying = true;
    }

    @Override
    public boolean survivors() {
        return sweeping && members > 0;
    }

    @Override
    public void leaveGuardian() {
        effect("leaveGuardian");
        guardianLeft = true;
    }

    @Override
    public void drain() {
        effect("drain");
        never(draining, "drained twice");
        never(!guardianLeft, "drained before the guardian was left");
        never(search != Search.NONE, "drained while a search is out");
        never(!gone, "drained before the programs are gone or given up");
        never((watching || sweeping) && !sweepTold, "drained before the sweep has ended");
        draining = true;
    }

    @Override
    public boolean pipesAtEnd() {
        never(ends > 0 || !draining, "pipesAtEnd asked before draining or after the end");
        return pipesAtEnd;
    }

    @Override
    public void lookForHolders() {
        effect("lookForHolders");
    }

    @Override
    public void abandonPipes() {
        effect("abandonPipes");
        never(!draining || pipesClosed, "pipes abandoned twice, or before draining");
        pipesClosed = true;
    }

    @Override
    public boolean consumersDone() {
        never(ends > 0, "consumersDone asked after the end");
        return consumersDone && (pipesAtEnd || pipesClosed);
    }

    @Override
    public void giveUpOnConsumers() {
        effect("giveUpOnConsumers");
        never(now < deliveryDue, "consumers given up before their time is over");
        consumersGivenUp = true;
    }

    @Override
    public void finish() {
        say("    finish");
        never(ends > 0, "finish after the end");
        never(!draining || !(pipesAtEnd || pipesClosed), "finished before the pipes");
        never(!consumersGivenUp && !consumersDone(), "finished before the consumers");
        never(timer != null, "finished with a timer");
        never(frozen && members > 0, "members stay frozen");
        never(search != Search.NONE, "finished with a search");
        ends++;
        throwAtTimes("finish");
        finished = true;
        told++;
    }

    @Override
    public void fail(Throwable thrown) {
        say("    fail " + thrown);
        never(ends > 0, "fail after the end");
        never(!clumsy && (timer != null || search != Search.NONE), "failed with a timer, or a search");
        timer = null;
        search = Search.NONE;
        frozen = false;
        ends++;
        told++;
    }

    @Override
    public void failLate(Throwable thrown) {
        say("    failLate " + thrown);
        never(ends == 0, "failLate before the end");
        if (told == 0) {
            told++;
        }
    }

    /** How the world looks to a reader of a trace. */
    @Override
    public String toString() {
        return "programs " + programs + ", members " + members + (frozen ? " frozen" : "") + ", search " + search
                + ", timer " + (timer == null ? "none" : timer.kind()) + (leave ? ", leaving" : "")
                + (sweepTold ? ", swept" : "") + (draining ? ", draining" : "");
    }

    static boolean isFromCaller(Cause cause) {
        return cause == Cause.CANCELLED || cause == Cause.CLOSED;
    }
}
