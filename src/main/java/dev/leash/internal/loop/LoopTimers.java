package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.internal.sys.TimerFd;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The timers of a loop and the timerfd that wakes it for the earliest one. Any thread may schedule and cancel: it
 * leaves the change to the loop's next turn, and arms the timerfd itself if the turn has to come earlier for it, since
 * timerfd_settime(2) may be called by any thread. So the loop is not woken in order to be told of a timer.
 */
final class LoopTimers {
    private static final int MOST_CHANGES = 256;

    private final CallState callState;
    private final Wakeup wakeup;
    private final TimerFd timerFd;
    private final TimerQueue queue = new TimerQueue();
    private final Consumer<Timer> fire;
    private final Visitors visitors = new Visitors();
    private final AtomicLong armedNanos = new AtomicLong(TimerQueue.NEVER);

    /** Timers that other threads have scheduled or cancelled, until the loop's next turn. */
    private final ConcurrentLinkedQueue<Timer> changed = new ConcurrentLinkedQueue<>();

    private final AtomicInteger changes = new AtomicInteger();

    /** @param callState the loop's */
    LoopTimers(EventLoop loop, CallState callState, Wakeup wakeup) throws SystemCallException {
        this.callState = callState;
        this.wakeup = wakeup;
        this.timerFd = TimerFd.open(callState);
        this.fire = timer -> timer.fire(loop);
    }

    /** Readable when a timer is due. */
    int fd() {
        return timerFd.fd();
    }

    /** From any thread, with its call state. */
    void schedule(CallState callersState, Timer timer) {
        if (callersState.equals(callState)) {
            queue.add(timer);
        } else {
            change(timer);
            arm(callersState, timer.dueNanos);
        }
    }

    /** From any thread, with its call state. */
    void cancel(CallState callersState, Timer timer) {
        if (callersState.equals(callState)) {
            queue.cancel(timer);
        } else {
            change(timer);
        }
    }

    /** The loop looks when it turns for any reason, and is woken where much comes together before. */
    private void change(Timer timer) {
        changed.add(timer);
        if (changes.incrementAndGet() == MOST_CHANGES) {
            wakeup.wake();
        }
    }

    // ---- For the loop's thread.

    private void applyChanges() {
        if (changed.isEmpty()) {
            return;
        }
        changes.set(0);
        for (Timer timer = changed.poll(); timer != null; timer = changed.poll()) {
            if (timer.isCancelled()) {
                queue.cancel(timer);
            } else if (!timer.known) {
                queue.add(timer);
            }
        }
    }

    /** Another loop is to have {@code timer}. */
    void giveUp(Timer timer) {
        applyChanges(); // it may be among them
        queue.cancel(timer);
        timer.known = false;
    }

    void fireDue() {
        applyChanges();
        if (queue.nextDueNanos() != TimerQueue.NEVER) {
            queue.fireDue(Clock.monotonicNanos(), fire);
        }
    }

    /** The timerfd has fired. */
    void fired() {
        timerFd.clear();
        armedNanos.set(TimerQueue.NEVER); // first: a timer that another thread schedules now is seen, or armed for
        fireDue();
    }

    /**
     * Arms the timerfd if the earliest timer is earlier than what it is armed for. It never disarms it or arms it for a
     * later time: nearly every deadline is cancelled, and one needless wake-up costs less than a system call for each
     * of them.
     */
    void arm() {
        applyChanges();
        arm(callState, queue.nextDueNanos());
    }

    private void arm(CallState callersState, long dueNanos) {
        long armed = armedNanos.get();
        while (dueNanos < armed && !armedNanos.compareAndSet(armed, dueNanos)) {
            armed = armedNanos.get();
        }
        if (dueNanos < armed && visitors.enter()) {
            try {
                long wanted = dueNanos;
                do {
                    armed = wanted;
                    timerFd.arm(callersState, armed);
                    wanted = armedNanos.get(); // another thread may have armed for an earlier time just before
                } while (wanted < armed);
            } finally {
                visitors.leave();
            }
        }
    }

    void close() {
        visitors.close();
        timerFd.close();
    }
}
