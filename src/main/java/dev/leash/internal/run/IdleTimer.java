package dev.leash.internal.run;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.sys.Clock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fires when there has been no output for a while. Output only stores a time; the timer is set again when it fires,
 * so a flood of output costs no timer. For the thread that acts on the run.
 */
final class IdleTimer {
    private final LoopScope loop;
    private final long limitNanos;
    private final Runnable look;
    private final BooleanSupplier heldBack;
    private final Runnable idle;
    private long lastNanos = Clock.monotonicNanos();
    private @Nullable Timer timer;
    private boolean ended;

    /**
     * @param look reads what is available by now: if the loop was held up, it has not been read yet
     * @param heldBack whether a reader holds back the output: then the child is not idle
     */
    IdleTimer(LoopScope loop, long limitNanos, Runnable look, BooleanSupplier heldBack, Runnable idle) {
        this.loop = loop;
        this.limitNanos = limitNanos;
        this.look = look;
        this.heldBack = heldBack;
        this.idle = idle;
        schedule();
    }

    void sawOutput() {
        lastNanos = Clock.monotonicNanos();
    }

    /** Whether there has been no output for the whole time, as far as has been read. */
    boolean isDue() {
        return !ended && TimerQueue.after(lastNanos, limitNanos) <= Clock.monotonicNanos();
    }

    private void schedule() {
        timer = loop.schedule(TimerQueue.after(lastNanos, limitNanos), this::fired);
    }

    private void fired() {
        look.run();
        if (ended) {
            return; // the read has exceeded the output limit
        }
        if (heldBack.getAsBoolean()) {
            sawOutput();
        }
        if (TimerQueue.after(lastNanos, limitNanos) <= Clock.monotonicNanos()) {
            idle.run();
        } else {
            schedule();
        }
    }

    void end() {
        ended = true;
        if (timer != null) {
            loop.cancel(timer);
        }
    }
}
