package dev.leash.internal.run;

import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.Pausable;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pauses a run and continues it: through the kernel's means for the whole set, if there are any, else by STOP and CONT.
 * A run that is being stopped is not paused, since it could not act on its signals. For the thread that acts on the run.
 */
final class Pause {
    /** How long a caller waits for members that are in a system call which cannot be interrupted. */
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private static final long FIRST_LOOK_NANOS = 50_000L;
    private static final long LONGEST_LOOK_NANOS = 10_000_000L;

    private final LoopScope loop;
    private final @Nullable Pausable members;
    private final BooleanSupplier running;
    private final Runnable resumed;

    /** The callers that wait until the members are paused. */
    private final List<CompletableFuture<Delivery>> waiting = new ArrayList<>(0);

    private boolean paused;

    /** Whether the run has ended, whose members are not known any more. */
    private boolean ended;

    /**
     * @param running whether the run goes on, and is not being ended
     * @param resumed called when a pause is over
     */
    Pause(LoopScope loop, ProcessSet members, BooleanSupplier running, Runnable resumed) {
        this.loop = loop;
        this.members = members.pausable();
        this.running = running;
        this.resumed = resumed;
    }

    /** Whether the run is paused, as far as this has done it and nothing here has undone it. */
    boolean isPaused() {
        return paused;
    }

    /** Whether the run may be paused now. */
    boolean mayBegin() {
        return !ended && running.getAsBoolean();
    }

    /** Completes {@code done} when all members are paused; with none reached if the run has ended or is being ended. */
    void begin(SignalDelivery signals, CompletableFuture<Delivery> done) {
        if (!mayBegin()) {
            done.complete(new Delivery());
        } else if (members == null) {
            signals.requestPause(done);
        } else {
            Delivery delivery = new Delivery();
            delivery.add(members.pause(loop.callState()));
            if (delivery.reached()) {
                begun();
                waiting.removeIf(CompletableFuture::isDone);
                waiting.add(done);
                await(done, TimerQueue.after(Clock.monotonicNanos(), PATIENCE_NANOS), FIRST_LOOK_NANOS);
            } else {
                done.complete(delivery);
            }
        }
    }

    private void await(CompletableFuture<Delivery> done, long untilNanos, long pauseNanos) {
        if (!paused || !mayBegin()) {
            done.complete(new Delivery()); // it was continued meanwhile, or has to end
        } else if (members == null || members.isPaused(loop.callState()) || Clock.monotonicNanos() >= untilNanos) {
            done.complete(Delivery.ofOne());
        } else {
            // Not by EPOLLPRI of cgroup.events: the sweep registers that descriptor, which epoll takes once.
            long next = Math.min(2 * pauseNanos, LONGEST_LOOK_NANOS);
            Timer ignored = loop.scheduleAfter(pauseNanos, () -> await(done, untilNanos, next));
        }
    }

    /** The run has ended, and lets its members go. The loop may have ended, too, so that no timer comes for those that wait. */
    void giveUp() {
        ended = true;
        waiting.forEach(done -> done.complete(new Delivery()));
        waiting.clear();
    }

    /** Completes {@code done} when all members go on; with none reached if there are none. */
    void end(SignalDelivery signals, CompletableFuture<Delivery> done) {
        if (members == null) {
            signals.request(StopStep.SIGCONT, done);
            return;
        }
        if (ended) {
            done.complete(new Delivery());
            return;
        }
        Delivery delivery = new Delivery();
        delivery.add(members.resume(loop.callState()));
        if (delivery.reached()) {
            over();
        }
        done.complete(delivery);
    }

    /** The members are paused. */
    void begun() {
        paused = true;
    }

    /** The members were told to go on. */
    void over() {
        if (paused) {
            paused = false;
            resumed.run();
        }
    }
}
