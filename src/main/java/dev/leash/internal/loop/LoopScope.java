package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.CallStates;
import dev.leash.internal.sys.ReusedBuffer;
import dev.leash.internal.sys.SystemCallException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run's view of its loop: through it the run registers, schedules and executes. A run is owned serially: at any
 * moment at most one thread acts on it. Usually that is the thread of the run's loop, which calls its handlers, timers
 * and tasks; {@link #tryHere} lets another thread act for a moment, and the run may {@linkplain #tryMove move} to the
 * loop of a thread that waits for it. No thread waits for another: a loop that finds a thread acting comes again, any
 * other thread leaves its request to the loop.
 *
 * <p>What a handler, a timer or a task of the run throws is reported to the run and goes no further, so that it fails
 * this run and no other. Code that belongs to the loop itself uses the {@link EventLoop}, and what it throws ends the
 * loop. If the report to the run throws as well, the loop ends and reports to all runs.
 */
public final class LoopScope {
    private final Consumer<Throwable> failed;
    private final SerialOwner owner;
    private volatile EventLoop home;

    private final ScopeTasks tasks = new ScopeTasks(this);

    private final Chain<Registration> registrations = new Chain<>();

    /** Those that have not fired. */
    private final Chain<Timer> timers = new Chain<>();

    /**
     * The scope of one run. From any thread.
     *
     * @param first acts from the beginning, until {@link #leave}: the call state of that thread; null if none does
     * @param failed gets what was thrown, on the loop's thread
     */
    public LoopScope(EventLoop loop, @Nullable CallState first, Consumer<Throwable> failed) {
        this.home = loop;
        this.owner = new SerialOwner(first);
        this.failed = failed;
    }

    /** Runs {@code task} on the loop's thread, in the order of the calls. From any thread. */
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** The loop that the run is on. It may move at any time. */
    EventLoop home() {
        return home;
    }

    /** For the thread that acts. */
    void attempt(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            failed.accept(thrown);
        }
    }

    private void attemptAndLeave(Runnable task) {
        try {
            attempt(task);
        } finally {
            owner.leave();
        }
    }

    // ---- For loops: they call handlers, tasks and timers of the run.

    /** On a loop's thread. False if another thread acts, or the run is on another loop by now. */
    boolean tryEnter() {
        EventLoop loop = home;
        if (!loop.isLoopThread()) {
            return false;
        }
        if (!tryTakeFor(loop)) {
            return false;
        }
        if (loop != home) {
            owner.leave();
            return false;
        }
        return true;
    }

    private boolean tryTakeFor(EventLoop loop) {
        CallState state = loop.callState();
        if (loop.isInherited()) {
            owner.release(state); // in the name of the thread before, which was acting
        }
        return owner.tryTake(state);
    }

    /** Another thread acts: the loop runs {@code action} in its next turn. */
    void retry(Runnable action) {
        home.again(action);
    }

    void fail(Throwable thrown) {
        failed.accept(thrown);
    }

    /** On the thread of {@code loop}, whose timer is due. */
    void timerDue(Timer timer, EventLoop loop) {
        if (timer.isForAnyLoop()) {
            if (!tryTakeFor(loop)) {
                loop.again(() -> timerDue(timer, loop));
                return;
            }
        } else if (!tryEnter()) {
            if (home.isLoopThread()) {
                loop.again(() -> timerDue(timer, loop));
            } else {
                execute(() -> {
                    timers.remove(timer);
                    timer.act();
                });
            }
            return;
        }
        timers.remove(timer);
        attemptAndLeave(timer::act);
    }

    void forget(Registration cancelled) {
        registrations.remove(cancelled);
    }

    // ---- For other threads.

    /**
     * Lets the calling thread act at once, unless another thread acts, or a task is queued, which was brought before.
     * What {@code action} throws fails the run. From any thread; nothing is waited for.
     *
     * @param action what may be done on any thread, in a few system calls; false to leave it to the loop
     * @return whether it was done; otherwise the caller has to {@link #execute} it
     */
    public boolean tryHere(BooleanSupplier action) {
        if (!tasks.isEmpty() || home.isLoopThread()) {
            return false; // a handler on the loop may be using what the loop's runs share
        }
        CallState state = CallStates.borrow();
        try {
            if (!owner.tryTake(state)) {
                return false;
            }
            Throwable failure;
            try {
                return action.getAsBoolean();
            } catch (Throwable thrown) {
                failure = thrown;
            } finally {
                owner.leave();
            }
            execute(() -> failed.accept(failure));
            return true;
        } finally {
            CallStates.giveBack(state);
        }
    }

    /** The thread that acts stops to act. */
    public void leave() {
        owner.leave();
    }

    /** The thread that acted with this call state is gone, in whatever state it has left the run. */
    public void takeFrom(CallState state) {
        owner.release(state);
    }

    /**
     * Acts on the loop's thread, also if another thread acts at this moment: that one ends after a few system calls.
     * For the end of a loop, which has no next turn, and for handlers, which cannot wait for one. False if the run is not
     * on a loop of the calling thread.
     */
    public boolean insist(Runnable action) {
        EventLoop loop = home;
        if (!loop.isLoopThread()) {
            return false;
        }
        CallState state = loop.callState();
        boolean inside = state.equals(owner.holder());
        while (!inside && !owner.tryTake(state)) {
            SerialOwner.giveWay();
        }
        try {
            if (loop != home) {
                return false;
            }
            action.run();
            return true;
        } finally {
            if (!inside) {
                owner.leave();
            }
        }
    }

    /**
     * Moves the run from {@code from} to {@code to}, the loop of the calling thread. Timers stay where they are, and
     * act from there: {@code from} goes on turning.
     *
     * @return false if another thread acts, or the run is not on {@code from}
     * @throws SystemCallException if the kernel refuses: some registrations may be on either loop, or on none
     */
    public boolean tryMove(EventLoop from, EventLoop to) throws SystemCallException {
        CallState state = to.callState();
        if (!owner.tryTake(state)) {
            return false;
        }
        try {
            if (!from.equals(home)) {
                return false;
            }
            move(to, state);
            return true;
        } finally {
            owner.leave();
        }
    }

    /** Moves the run, with its timers, from the calling thread's loop to another one. */
    public void moveAway(EventLoop from, EventLoop to) throws SystemCallException {
        CallState state = from.callState();
        while (!owner.tryTake(state)) {
            SerialOwner.giveWay();
        }
        try {
            if (from.equals(home)) {
                moveTimers(from, to, state);
                move(to, state);
            }
        } finally {
            owner.leave();
            from.giveUpCatchingUp(); // which leaves it to the new loop
        }
    }

    private void move(EventLoop to, CallState state) throws SystemCallException {
        home = to;
        for (Registration each = registrations.first(); each != null; each = each.next) {
            each.moveTo(to.poller(), state);
        }
        tasks.moved();
    }

    /** Those that {@code from} has, the loop of the calling thread, which may never turn again. */
    private void moveTimers(EventLoop from, EventLoop to, CallState state) {
        for (Timer each = timers.first(); each != null; each = each.next) {
            if (from.equals(each.loop())) {
                from.giveUp(each);
                Timer ignored = to.schedule(state, each);
            }
        }
    }

    // ---- For the thread that acts.

    /** Whether it is the thread of the run's loop, and not one that acts for a moment. */
    public boolean isHome() {
        return home.isLoopThread();
    }

    /** See {@link EventLoop#register}. */
    public Registration register(int fd, int interest, ReadyHandler handler) throws SystemCallException {
        Registration made = home.poller().add(callState(), fd, interest, handler, this);
        registrations.add(made);
        return made;
    }

    /** See {@link EventLoop#schedule}. */
    public Timer schedule(long dueNanos, Runnable action) {
        return schedule(new Timer(dueNanos, action, this, false));
    }

    /** The same, for an action that may be done by a thread that acts for a moment. */
    public Timer scheduleAnywhere(long dueNanos, Runnable action) {
        return schedule(new Timer(dueNanos, action, this, true));
    }

    private Timer schedule(Timer made) {
        timers.add(made);
        return home.schedule(callState(), made);
    }

    /** See {@link EventLoop#scheduleAfter}. */
    public Timer scheduleAfter(long delayNanos, Runnable action) {
        return schedule(EventLoop.after(delayNanos), action);
    }

    /** See {@link EventLoop#whenCaughtUp}. */
    public void whenCaughtUp(Runnable action) {
        if (isHome()) {
            home.whenCaughtUp(() -> caughtUp(action));
        } else {
            execute(() -> whenCaughtUp(action));
        }
    }

    private void caughtUp(Runnable action) {
        if (tryEnter()) {
            attemptAndLeave(action);
        } else {
            execute(() -> whenCaughtUp(action)); // on the loop that the run is on by then, which may be behind, too
        }
    }

    /** See {@link EventLoop#cancel}. */
    public void cancel(Timer timer) {
        timer.cancel();
        timers.remove(timer);
        timer.loop().cancel(callState(), timer);
    }

    /** The call state of the thread that acts, which is the calling thread. */
    public CallState callState() {
        CallState state = owner.holder();
        if (state == null) {
            throw new IllegalStateException("no thread acts on the run, and " + Thread.currentThread() + " uses it");
        }
        assert state.isCallers() : state.misuse();
        return state;
    }

    /** The buffer of the run's loop. For the loop's thread. */
    public ReusedBuffer buffer() {
        return home.buffer();
    }

    /** Whether the caller is on the loop's thread, and so must not wait for it. From any thread. */
    public boolean isLoopThread() {
        return home.isLoopThread();
    }

    /** See {@link EventLoop#isCrowded}. */
    public boolean isCrowded() {
        return home.isCrowded();
    }

    /** The counters of the loop. */
    public LoopMeter meter() {
        return home.meter();
    }
}
