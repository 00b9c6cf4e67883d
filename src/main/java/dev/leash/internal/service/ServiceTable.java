package dev.leash.internal.service;

import static dev.leash.internal.service.Phase.BACKING_OFF;
import static dev.leash.internal.service.Phase.DONE;
import static dev.leash.internal.service.Phase.FAILED;
import static dev.leash.internal.service.Phase.READY;
import static dev.leash.internal.service.Phase.STARTING;
import static dev.leash.internal.service.Phase.STOPPED;
import static dev.leash.internal.service.Phase.STOPPING;
import static dev.leash.internal.service.Phase.UNREADY;
import static dev.leash.internal.service.Phase.WAITING;

import dev.leash.internal.service.Event.Timing;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The life of a service as a table of phase and event. Pure: time, chance and effects are parameters. For one thread at
 * a time.
 *
 * <p>One run at a time: a start happens only when the run before has ended. A run that is told to end stays {@link
 * Phase#STOPPING} until it has; what follows then is decided by why it was told to.
 */
public final class ServiceTable {
    private static final String CLOSED = "the supervisor is closed";
    private static final String GROUP = "its group";

    /**
     * What is asked of a service.
     *
     * @param startNanos it has to be ready so long after its start; {@link Long#MAX_VALUE} for no limit
     * @param failures so many failed checks of its health in a row make it dead, at least 1
     */
    public record Rules(RestartRules restart, long startNanos, int failures) {}

    private final Effects effects;
    private final DoubleSupplier random;

    private Rules rules;
    private Restarts restarting;
    private boolean held;

    private Phase phase = STOPPED;
    private Then then = Then.STAY;
    private String whyStopping = "";
    private String whyWaiting = "";
    private boolean blocked;
    private String lastAnswer = "";
    private long startedNanos;
    private long dueNanos;
    private int failedChecks;
    private int restarts;
    private boolean spawning;
    private @Nullable String whyClosed;

    /** @param random of [0, 1) */
    public ServiceTable(Rules rules, Effects effects, DoubleSupplier random) {
        this.rules = rules;
        this.effects = effects;
        this.random = random;
        this.restarting = new Restarts(rules.restart());
    }

    /** Other rules, from now on: what was counted by the old ones is forgotten. */
    public void renew(Rules others) {
        rules = others;
        restarting = new Restarts(others.restart());
    }

    /** Whether it waits to be told before each restart, since others are restarted with it. */
    public void hold(boolean isHeld) {
        held = isHeld;
    }

    public Phase phase() {
        return phase;
    }

    /** How often it was started again because it had ended. */
    public int restarts() {
        return restarts;
    }

    /** Whether what it waits for, in the phase {@link Phase#WAITING}, has failed for good. */
    public boolean isBlocked() {
        return blocked;
    }

    /** When it is started again, in the phase {@link Phase#BACKING_OFF}. */
    public long dueNanos() {
        return dueNanos;
    }

    /** Handles {@code event}, at this time of CLOCK_MONOTONIC. */
    public void handle(Event event, long nowNanos) {
        switch (event) {
            case Event.Start start -> start(nowNanos);
            case Event.Hold hold -> hold(hold.why(), hold.blocked());
            case Event.Stop stop -> stop(stop.why());
            case Event.Restart restart -> restart(restart.why(), nowNanos);
            case Event.Cycle cycle -> cycle(cycle.why());
            case Event.Started started -> started(nowNanos);
            case Event.NotStarted not -> {
                spawning = false;
                ended(false, not.why(), nowNanos);
            }
            case Event.Ended ended -> ended(ended.success(), ended.how(), nowNanos);
            case Event.Ready ready -> ready();
            case Event.NotReady not -> lastAnswer = not.answer();
            case Event.Checked checked -> checked(checked);
            case Event.Dead dead -> recover(dead.why());
            case Event.Due due -> due(due.timing(), nowNanos);
            case Event.MoreTime more -> moreTime(more.nanos(), nowNanos);
            case Event.Closed end -> close();
            case Event.Retired retired -> whyClosed = retired.why();
        }
    }

    private boolean runs() {
        return phase == STARTING || phase == READY || phase == UNREADY;
    }

    // ---- What it is told.

    private void start(long nowNanos) {
        switch (phase) {
            case STOPPED, DONE, FAILED -> {
                restarting.forget();
                launch(nowNanos);
            }
            case BACKING_OFF, WAITING -> launch(nowNanos);
            case STOPPING -> then = Then.START;
            case STARTING, READY, UNREADY -> {}
        }
    }

    private void hold(String why, boolean isBlocked) {
        switch (phase) {
            case STOPPED, DONE, FAILED -> {
                restarting.forget();
                await(why, isBlocked);
            }
            case WAITING -> {
                if (isBlocked != blocked || !why.equals(whyWaiting)) {
                    await(why, isBlocked);
                }
            }
            case STOPPING -> then = then == Then.STAY ? Then.WAIT : then;
            case BACKING_OFF, STARTING, READY, UNREADY -> {}
        }
    }

    private void stop(String why) {
        switch (phase) {
            case STARTING, READY, UNREADY -> end(Then.STAY, why);
            case STOPPING -> then = Then.STAY;
            case BACKING_OFF, WAITING, FAILED -> {
                effects.disarm(Timing.BACKOFF);
                become(STOPPED, why);
            }
            case STOPPED, DONE -> {}
        }
    }

    private void restart(String why, long nowNanos) {
        if (runs()) {
            end(Then.START, why);
        } else {
            start(nowNanos);
        }
    }

    private void cycle(String why) {
        switch (phase) {
            case STARTING, READY, UNREADY -> end(Then.WAIT, why);
            case STOPPING -> then = then == Then.RECOVER ? Then.WAIT : then;
            case BACKING_OFF -> await(GROUP);
            case STOPPED, DONE, FAILED, WAITING -> {}
        }
    }

    private void await(String forWhat) {
        await(forWhat, false);
    }

    private void await(String forWhat, boolean isBlocked) {
        effects.disarm(Timing.BACKOFF);
        blocked = isBlocked;
        whyWaiting = forWhat;
        become(WAITING, forWhat);
    }

    private void close() {
        whyClosed = CLOSED;
        switch (phase) {
            case STOPPED, DONE, FAILED -> {}
            case BACKING_OFF, WAITING -> stop(CLOSED);
            case STARTING, READY, UNREADY -> {
                effects.watchNothing();
                effects.disarm(Timing.START_TIMEOUT);
                then = Then.STAY;
                whyStopping = CLOSED;
                become(STOPPING, whyStopping);
            }
            case STOPPING -> then = Then.STAY;
        }
    }

    // ---- What becomes of its run.

    private void launch(long nowNanos) {
        effects.disarm(Timing.BACKOFF);
        if (whyClosed != null) {
            become(STOPPED, whyClosed);
            return;
        }
        startedNanos = nowNanos;
        failedChecks = 0;
        lastAnswer = "";
        spawning = true;
        become(STARTING, "");
        effects.start();
        if (phase == STOPPING) {
            effects.watchNothing(); // its group has other ideas: the start that waits is in vain
        }
    }

    private void started(long nowNanos) {
        spawning = false;
        startedNanos = nowNanos;
        if (phase == STOPPING) {
            effects.stop();
        } else if (phase == STARTING) {
            if (rules.startNanos() != Long.MAX_VALUE) {
                effects.arm(Timing.START_TIMEOUT, after(nowNanos, rules.startNanos()));
            }
            effects.watchReadiness();
        }
    }

    private void ready() {
        if (phase == STARTING && !spawning) {
            effects.disarm(Timing.START_TIMEOUT);
            become(READY, "");
            effects.watchHealth();
        }
    }

    private void checked(Event.Checked check) {
        if (phase != READY && phase != UNREADY) {
            return;
        }
        if (check.healthy()) {
            failedChecks = 0;
            if (phase == UNREADY) {
                become(READY, "");
            }
            return;
        }
        failedChecks++;
        if (failedChecks >= rules.failures()) {
            recover("not healthy: " + check.answer());
        } else if (phase == READY) {
            become(UNREADY, check.answer());
        }
    }

    private void recover(String why) {
        if (runs()) {
            end(Then.RECOVER, why);
        }
    }

    private void end(Then next, String why) {
        effects.watchNothing();
        effects.disarm(Timing.START_TIMEOUT);
        then = next;
        whyStopping = why;
        become(STOPPING, why);
        if (!spawning) {
            effects.stop();
        }
    }

    private void due(Timing timing, long nowNanos) {
        switch (timing) {
            case START_TIMEOUT -> {
                if (phase == STARTING) {
                    recover("not ready in time" + (lastAnswer.isEmpty() ? "" : ": " + lastAnswer));
                }
            }
            case BACKOFF -> {
                if (phase == BACKING_OFF) {
                    restarts++;
                    if (held) {
                        await(GROUP);
                    } else {
                        launch(nowNanos);
                    }
                }
            }
        }
    }

    private void moreTime(long nanos, long nowNanos) {
        if (phase == STARTING && !spawning && rules.startNanos() != Long.MAX_VALUE) {
            // It adds to the time that it has in any case, see sd_notify(3), and takes nothing away.
            long due = Math.max(after(startedNanos, rules.startNanos()), after(nowNanos, nanos));
            effects.arm(Timing.START_TIMEOUT, due);
        }
    }

    private void ended(boolean success, String how, long nowNanos) {
        effects.watchNothing();
        effects.disarm(Timing.START_TIMEOUT);
        if (phase == STOPPING) {
            switch (then) {
                case STAY -> become(STOPPED, whyStopping);
                case START -> launch(nowNanos);
                case WAIT -> await(GROUP);
                case RECOVER -> failed(whyStopping, nowNanos);
            }
        } else if (runs()) {
            if (success && !rules.restart().restartsAfter(true)) {
                become(DONE, how);
            } else if (success) {
                again(how, nowNanos);
            } else {
                failed(how, nowNanos);
            }
        }
    }

    private void failed(String why, long nowNanos) {
        if (rules.restart().restartsAfter(false)) {
            again(why, nowNanos);
        } else {
            become(FAILED, why);
        }
    }

    private void again(String why, long nowNanos) {
        if (whyClosed != null) {
            become(STOPPED, why);
            return;
        }
        long delay = restarting.delay(startedNanos, nowNanos, random.getAsDouble());
        if (delay == Restarts.TOO_MANY) {
            become(FAILED, tooMany(rules.restart().most()) + why);
            return;
        }
        dueNanos = after(nowNanos, delay);
        effects.arm(Timing.BACKOFF, dueNanos); // first: its group may have another idea
        become(BACKING_OFF, why);
    }

    private static String tooMany(int most) {
        return switch (most) {
            case 0 -> "no restart is allowed: ";
            case 1 -> "restarted once, and again: ";
            default -> "restarted " + most + " times in a row, and again: ";
        };
    }

    private void become(Phase next, String why) {
        phase = next;
        effects.changed(next, why);
    }

    private static long after(long nowNanos, long nanos) {
        long due = nowNanos + nanos;
        return due < nowNanos ? Long.MAX_VALUE : due;
    }
}
