package dev.leash.internal.run;

import dev.leash.internal.loop.TimerQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down what a {@link RunTable} does. Questions are answered by the fields and not written down, except the look
 * for exits. Times are told in milliseconds.
 */
class RecordingEffects implements Effects {
    static final long MILLI = 1_000_000L;

    final List<String> done = new ArrayList<>();

    /** What happens while the effect of this name is at work, once. */
    final Map<String, Runnable> meanwhile = new HashMap<>();

    long nowMillis = 1_000;
    boolean programsExited;
    boolean reachesAll = true;
    boolean programsExit;
    boolean provenEmpty;
    boolean refused;
    boolean survivors;
    boolean pipesAtEnd;
    boolean consumersDone;

    private void did(String effect) {
        done.add(effect);
        Runnable also = meanwhile.remove(effect.contains("(") ? effect.substring(0, effect.indexOf('(')) : effect);
        if (also != null) {
            also.run();
        }
    }

    @Override
    public long nowNanos() {
        return nowMillis * MILLI;
    }

    @Override
    public void timer(long dueNanos, Event event) {
        String due = dueNanos == TimerQueue.NEVER ? "never" : "in " + (dueNanos / MILLI - nowMillis) + " ms";
        String what = event.kind() == Event.Kind.STOP
                ? event.cause().toString()
                : event.kind().toString();
        did("timer(" + what + " " + due + ")");
    }

    @Override
    public void cancelTimer() {
        did("cancelTimer");
    }

    @Override
    public boolean pollPrograms() {
        did("look");
        return programsExited;
    }

    @Override
    public boolean programsExit() {
        return programsExit;
    }

    @Override
    public void programsGone() {
        did("programsGone");
    }

    @Override
    public void endIdleTimer() {
        did("endIdleTimer");
    }

    @Override
    public void learnMembers() {
        did("learnMembers");
    }

    @Override
    public boolean reachesAll() {
        return reachesAll;
    }

    @Override
    public void search(boolean freeze) {
        did(freeze ? "search(freeze)" : "search");
    }

    @Override
    public void cancelSearch(boolean kill) {
        did(kill ? "cancelSearch(kill)" : "cancelSearch(continue)");
    }

    @Override
    public boolean signal(int signal, boolean last) {
        did("signal(" + signal + (last ? " last)" : ")"));
        return refused;
    }

    @Override
    public void recordStep(int signal) {
        did("recordStep(" + signal + ")");
    }

    @Override
    public boolean killPrograms() {
        did("killPrograms");
        return refused;
    }

    @Override
    public boolean provenEmpty() {
        return provenEmpty;
    }

    @Override
    public void watchMembers() {
        did("watchMembers");
    }

    @Override
    public void sweep(boolean killSent) {
        did(killSent ? "sweep(after KILL)" : "sweep");
    }

    @Override
    public void sweepUndying() {
        did("sweepUndying");
    }

    @Override
    public boolean survivors() {
        return survivors;
    }

    @Override
    public void leaveGuardian() {
        did("leaveGuardian");
    }

    @Override
    public void drain() {
        did("drain");
    }

    @Override
    public boolean pipesAtEnd() {
        return pipesAtEnd;
    }

    @Override
    public void lookForHolders() {
        did("lookForHolders");
    }

    @Override
    public void abandonPipes() {
        did("abandonPipes");
    }

    @Override
    public boolean consumersDone() {
        return consumersDone;
    }

    @Override
    public void giveUpOnConsumers() {
        did("giveUpOnConsumers");
    }

    @Override
    public void finish() {
        did("finish");
    }

    @Override
    public void fail(Throwable thrown) {
        did("fail(" + thrown.getMessage() + ")");
    }

    @Override
    public void failLate(Throwable thrown) {
        did("failLate(" + thrown.getMessage() + ")");
    }
}
