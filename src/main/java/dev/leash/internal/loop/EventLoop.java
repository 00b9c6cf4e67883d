package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.internal.sys.TimerFd;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for descriptors, for time and for other threads, and calls what is due. Everything but {@link #execute} is
 * for one thread, the loop's, and asserts it; the thread itself is {@link LoopThread}, so that a test can call
 * {@link #turn} instead. A run uses the loop through its {@link LoopScope}; any other exception thrown here ends the
 * loop.
 *
 * <p>In one turn the order is: ready descriptors, then tasks of other threads, then timers. Between any two handlers
 * the loop reads the clock, fires the timers that are due and runs some of the tasks: no flood of output delays a
 * deadline by more than the work of one handler.
 */
public final class EventLoop {
    private static final int TASKS_A_TURN = 1024;
    private static final int TASKS_BETWEEN = 16;

    /** A loop that has not caught up after so many turns counts as caught up: more turns would not help. */
    private static final int MOST_TURNS_BEHIND = 64;

    /** A turn with more ready descriptors is crowded. */
    private static final int CROWD = 8;

    private final CallState callState = CallState.create();
    private final TimerQueue timers = new TimerQueue();
    private final LoopMeter meter = new LoopMeter();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Poller poller;
    private final Wakeup wakeup;
    private final TimerFd timerFd;
    private final AtomicInteger announcing = new AtomicInteger();

    /**
     * Whether a thread runs the remaining tasks of a closed loop: one thread at a time, which owns the loop
     * meanwhile.
     */
    private final AtomicBoolean taken = new AtomicBoolean();

    private final ArrayDeque<Runnable> whenCaughtUp = new ArrayDeque<>(0);
    private int turnsBehind;
    private volatile long armedNanos = TimerQueue.NEVER;
    private boolean crowded;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    /** @throws SystemCallException if a descriptor limit is reached */
    public EventLoop() throws SystemCallException {
        poller = new Poller(callState);
        try {
            wakeup = new Wakeup(callState);
        } catch (SystemCallException e) {
            poller.close();
            throw e;
        }
        try {
            timerFd = TimerFd.open(callState);
        } catch (SystemCallException e) {
            wakeup.close();
            poller.close();
            throw e;
        }
        try {
            poller.add(wakeup.fd(), Epoll.IN, readiness -> wakeup.clear(), null);
            poller.add(timerFd.fd(), Epoll.IN, readiness -> timerFired(), null);
        } catch (SystemCallException e) {
            close();
            throw e;
        }
        callState.prepare();
        callState.release(); // the thread that adopts it turns it
    }

    /** Runs {@code task} on the loop's thread, in the order of the calls. From any thread. */
    public void execute(Runnable task) {
        tasks.add(task);
        if (closed) {
            runLeftOver();
        } else if (!isLoopThread()) {
            wakeup.wake();
        }
    }

    /**
     * Like {@link #execute}, for a task that can wait until one of {@code descriptors} is ready, which the task will
     * {@link #register}, or until {@code latestNanos}, so that the loop is not woken for the task alone. From any
     * thread.
     *
     * @param callersState the calling thread's
     * @param latestNanos CLOCK_MONOTONIC, or {@link TimerQueue#NEVER}
     */
    public void executeOnEvent(CallState callersState, int[] descriptors, long latestNanos, Runnable task) {
        int fired = poller.announcementsFired();
        boolean announced = announce(callersState, descriptors);
        tasks.add(task);
        if (closed) {
            runLeftOver();
        } else if (!announced || poller.announcementsFired() != fired || latestNanos < armedNanos) {
            // The kernel has refused, or an event came before the task was queued, or no timer fires in time. In each
            // case the loop writes first and then looks for tasks; here the order is the opposite, so no task is
            // missed.
            wakeup.wake();
        }
    }

    private boolean announce(CallState callersState, int[] descriptors) {
        announcing.incrementAndGet();
        try {
            for (int fd : descriptors) {
                if (closed || !poller.announce(callersState, fd, Epoll.IN)) {
                    return false;
                }
            }
            return true;
        } finally {
            announcing.decrementAndGet();
        }
    }

    /** Whether the caller is on the loop's thread, and so must not wait for it. From any thread. */
    public boolean isLoopThread() {
        return Thread.currentThread().equals(thread);
    }

    /** The call state of the loop. For the loop's thread. */
    public CallState callState() {
        assert isOwners();
        return callState;
    }

    private boolean isOwners() {
        if (!callState.isCallers()) {
            throw new AssertionError(callState.misuse());
        }
        return true;
    }

    /** The counters of this loop. */
    public LoopMeter meter() {
        return meter;
    }

    /** Polls {@code fd} until the registration is cancelled. */
    public Registration register(int fd, int interest, ReadyHandler handler) throws SystemCallException {
        return register(fd, interest, handler, null);
    }

    Registration register(int fd, int interest, ReadyHandler handler, @Nullable Consumer<Throwable> failed)
            throws SystemCallException {
        assert isOwners();
        return poller.add(fd, interest, handler, failed);
    }

    /** Calls {@code action} as soon as CLOCK_MONOTONIC has reached {@code dueNanos}, never before. */
    public Timer schedule(long dueNanos, Runnable action) {
        return schedule(dueNanos, action, null);
    }

    Timer schedule(long dueNanos, Runnable action, @Nullable Consumer<Throwable> failed) {
        assert isOwners();
        return timers.schedule(dueNanos, action, failed);
    }

    /** Like {@link #schedule}, counted from now; a delay beyond the clock's range never ends. */
    public Timer scheduleAfter(long delayNanos, Runnable action) {
        return schedule(after(delayNanos), action);
    }

    static long after(long delayNanos) {
        return TimerQueue.after(Clock.monotonicNanos(), delayNanos);
    }

    public void cancel(Timer timer) {
        assert isOwners();
        timers.cancel(timer);
    }

    /**
     * Runs {@code action} in a later turn, after everything that is ready now, and what other threads have handed
     * over by now, has been handled. After a standstill of this JVM a timer is due at once, although the loop has not
     * yet seen events that came before its time. So a timer whose verdict would be "too late" passes through here
     * first.
     */
    public void whenCaughtUp(Runnable action) {
        whenCaughtUp.add(action);
    }

    /** Ends the wait, or keeps the next one from beginning. From any thread. */
    void wake() {
        wakeup.wake();
    }

    /** Makes the calling thread the loop's thread. The previous one must not use the loop any more. */
    void adopt() {
        thread = Thread.currentThread();
        callState.adopt();
    }

    /** Leaves the loop without a thread until it is adopted again. */
    void disown() {
        thread = null;
        callState.release();
    }

    /** Makes one turn. Waits for work if {@code mayWait}; otherwise does only what is ready. */
    public void turn(boolean mayWait) {
        assert isOwners();
        arm();
        int waiting = whenCaughtUp.size();
        int ready = poller.await(mayWait && waiting == 0 && tasks.isEmpty() ? -1 : 0);
        long woken = Clock.monotonicNanos();
        crowded = ready > CROWD;
        for (int index = 0; index < ready; index++) {
            poller.dispatch(index);
            fireDue();
            // A start or a stop must not wait until all ready descriptors are handled.
            runTasks(TASKS_BETWEEN);
        }
        runTasks(TASKS_A_TURN);
        fireDue();
        if (waiting > 0) {
            caughtUp(waiting, ready == Poller.BATCH || !tasks.isEmpty());
        }
        meter.turned(Clock.monotonicNanos() - woken);
    }

    private void caughtUp(int waiting, boolean behind) {
        if (behind && ++turnsBehind < MOST_TURNS_BEHIND) {
            return;
        }
        turnsBehind = 0;
        for (int left = waiting; left > 0; left--) {
            whenCaughtUp.remove().run();
        }
    }

    /** Not until the queue is empty: a task that adds tasks must not keep descriptors waiting. */
    private void runTasks(int most) {
        for (int left = most; left > 0; left--) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
            fireDue();
        }
    }

    /** Whether many descriptors are ready in this turn: then each handler does less, so that the turn ends soon. */
    public boolean isCrowded() {
        return crowded;
    }

    private void fireDue() {
        if (timers.nextDueNanos() != TimerQueue.NEVER) {
            timers.fireDue(Clock.monotonicNanos());
        }
    }

    private void timerFired() {
        timerFd.clear();
        armedNanos = TimerQueue.NEVER;
        fireDue();
    }

    /**
     * Arms the timerfd if the earliest timer is earlier than what it is armed for. It never disarms it or arms it for
     * a later time: nearly every deadline is cancelled, and one needless wake-up costs less than a system call for
     * each of them.
     */
    private void arm() {
        long next = timers.nextDueNanos();
        if (next < armedNanos) {
            timerFd.arm(next);
            armedNanos = next;
        }
    }

    /**
     * Closes the loop's own descriptors, and runs the tasks that are left. A later task is run by the thread that
     * brings it, or by the thread that is running another one, so that no thread waits in vain for its result. Such a
     * task must expect that everything has ended. Meanwhile the loop, and all that a task uses of it, belongs to that
     * thread. Call this on the thread that has adopted the loop, or on any thread if none has.
     */
    void close() {
        taken.set(true);
        adopt();
        closed = true;
        while (announcing.get() != 0) {
            // Otherwise it could announce a descriptor to whatever file gets the epoll's number next.
            Thread.onSpinWait();
        }
        timerFd.close();
        wakeup.close();
        poller.close();
        disown();
        taken.set(false);
        runLeftOver();
    }

    /** A task that is queued after the last poll is run by the thread that brings it. */
    private void runLeftOver() {
        Throwable thrown = null;
        while (!tasks.isEmpty() && taken.compareAndSet(false, true)) {
            adopt();
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    thrown = e; // other threads wait for the other tasks
                }
            }
            disown();
            taken.set(false);
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
    }
}
