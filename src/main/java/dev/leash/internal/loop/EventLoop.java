package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.ReusedBuffer;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final LoopMeter meter = new LoopMeter();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Poller poller;
    private final Wakeup wakeup;
    private final LoopTimers timers;
    /**
     * Whether a thread runs the remaining tasks of a closed loop: one thread at a time, which owns the loop
     * meanwhile.
     */
    private final AtomicBoolean taken = new AtomicBoolean();

    private final ArrayDeque<Runnable> whenCaughtUp = new ArrayDeque<>(0);
    private int turnsBehind;
    private final ReusedBuffer buffer = new ReusedBuffer();
    private boolean crowded;

    private boolean inherited;

    /** Whether another thread acts on a run that this loop has something for. */
    private boolean heldUp;

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
            timers = new LoopTimers(this, callState, wakeup);
        } catch (SystemCallException e) {
            wakeup.close();
            poller.close();
            throw e;
        }
        try {
            poller.add(callState, wakeup.fd(), Epoll.IN, readiness -> wakeup.clear(), null);
            poller.add(callState, timers.fd(), Epoll.IN, readiness -> timers.fired(), null);
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

    /** Runs {@code action} in the next turn, since another thread acts on its run. From any thread. */
    void again(Runnable action) {
        execute(action);
        if (isLoopThread()) {
            heldUp = true;
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
        assert isOwners();
        return poller.add(callState, fd, interest, handler, null);
    }

    Poller poller() {
        return poller;
    }

    /** Calls {@code action} as soon as CLOCK_MONOTONIC has reached {@code dueNanos}, never before. */
    public Timer schedule(long dueNanos, Runnable action) {
        assert isOwners();
        return schedule(callState, new Timer(dueNanos, action, null, false));
    }

    /** From any thread, with its call state. The loop is not woken. */
    Timer schedule(CallState callersState, Timer timer) {
        timer.assign(this);
        timers.schedule(callersState, timer);
        return timer;
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
        timers.cancel(callState, timer);
    }

    /** From any thread, with its call state. A timer of a run may be about to fire: it has to be cancelled itself. */
    void cancel(CallState callersState, Timer timer) {
        timers.cancel(callersState, timer);
    }

    /** Runs what waits until the loop has caught up: the thread may not turn it again. For the loop's thread. */
    void giveUpCatchingUp() {
        runCaughtUp(whenCaughtUp.size());
    }

    /** Another loop is to have {@code timer}. For the loop's thread. */
    void giveUp(Timer timer) {
        timers.giveUp(timer);
    }

    /** The one native buffer that all runs of this loop use in turn: an idle child has none. For the loop's thread. */
    ReusedBuffer buffer() {
        return buffer;
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

    /** Ends the wait, or keeps the next one from beginning. From any thread; takes no heap. */
    public void wake() {
        wakeup.wake();
    }

    /** Makes the calling thread the loop's thread. The previous one must not use the loop any more. */
    public void adopt() {
        inherited |= thread != null && !isLoopThread();
        thread = Thread.currentThread();
        callState.adopt();
    }

    /**
     * Whether the thread before this one has left the loop in the middle of something, and never comes back: it was hit
     * by an error, or waits in {@link System#exit}.
     */
    boolean isInherited() {
        return inherited;
    }

    /** Leaves the loop without a thread until it is adopted again. */
    void disown() {
        thread = null;
        callState.release();
    }

    /** Makes one turn. Waits for work if {@code mayWait}; otherwise does only what is ready. */
    public void turn(boolean mayWait) {
        assert isOwners();
        timers.arm();
        int waiting = whenCaughtUp.size();
        int ready = poller.await(mayWait && waiting == 0 && tasks.isEmpty() ? -1 : 0);
        long woken = Clock.monotonicNanos();
        crowded = ready > CROWD;
        for (int index = 0; index < ready; index++) {
            heldUp |= !poller.dispatch(index);
            timers.fireDue();
            // A start or a stop must not wait until all ready descriptors are handled.
            runTasks(TASKS_BETWEEN);
        }
        runTasks(TASKS_A_TURN);
        timers.fireDue();
        if (waiting > 0) {
            caughtUp(waiting, ready == Poller.BATCH || !tasks.isEmpty());
        }
        meter.turned(Clock.monotonicNanos() - woken);
        if (heldUp) {
            heldUp = false;
            SerialOwner.giveWay();
        }
    }

    private void caughtUp(int waiting, boolean behind) {
        if (behind && ++turnsBehind < MOST_TURNS_BEHIND) {
            return;
        }
        turnsBehind = 0;
        runCaughtUp(waiting);
    }

    private void runCaughtUp(int count) {
        for (int left = count; left > 0; left--) {
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
            timers.fireDue();
            if (heldUp) {
                return; // the same task would come again
            }
        }
    }

    /** Whether many descriptors are ready in this turn: then each handler does less, so that the turn ends soon. */
    public boolean isCrowded() {
        return crowded;
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
        try {
            closeDescriptors();
        } finally {
            disown(); // whatever was thrown: the tasks that are left need a thread
            taken.set(false);
        }
        runLeftOver();
    }

    private void closeDescriptors() {
        try {
            timers.close();
        } finally {
            try {
                wakeup.close();
            } finally {
                poller.close();
            }
        }
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
                if (heldUp) {
                    heldUp = false;
                    SerialOwner.giveWay();
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
