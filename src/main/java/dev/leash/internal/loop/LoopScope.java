package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.SystemCallException;
import java.util.function.Consumer;

/**
 * One run's view of a loop: through it the run registers, schedules and executes. What a handler, a timer or a task
 * of the run throws is reported to the run and goes no further, so that it fails this run and no other. Code that
 * belongs to the loop itself uses the {@link EventLoop}, and what it throws ends the loop.
 *
 * <p>If the report to the run throws as well, the loop ends and reports to all runs.
 */
public final class LoopScope {
    private final EventLoop loop;
    private final Consumer<Throwable> failed;

    /**
     * The scope of one run. From any thread.
     *
     * @param failed gets what was thrown, on the loop's thread
     */
    public LoopScope(EventLoop loop, Consumer<Throwable> failed) {
        this.loop = loop;
        this.failed = failed;
    }

    /** See {@link EventLoop#execute}. From any thread. */
    public void execute(Runnable task) {
        loop.execute(() -> attempt(task));
    }

    /** See {@link EventLoop#executeOnEvent}. From any thread. */
    public void executeOnEvent(CallState callersState, int[] descriptors, long latestNanos, Runnable task) {
        loop.executeOnEvent(callersState, descriptors, latestNanos, () -> attempt(task));
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            failed.accept(thrown);
        }
    }

    /** See {@link EventLoop#register}. */
    public Registration register(int fd, int interest, ReadyHandler handler) throws SystemCallException {
        return loop.register(fd, interest, handler, failed);
    }

    /** See {@link EventLoop#schedule}. */
    public Timer schedule(long dueNanos, Runnable action) {
        return loop.schedule(dueNanos, action, failed);
    }

    /** See {@link EventLoop#scheduleAfter}. */
    public Timer scheduleAfter(long delayNanos, Runnable action) {
        return loop.schedule(EventLoop.after(delayNanos), action, failed);
    }

    /** See {@link EventLoop#whenCaughtUp}. */
    public void whenCaughtUp(Runnable action) {
        loop.whenCaughtUp(() -> attempt(action));
    }

    /** See {@link EventLoop#cancel}. */
    public void cancel(Timer timer) {
        loop.cancel(timer);
    }

    /** The call state of the thread that acts on the run, which is the calling thread. */
    public CallState callState() {
        return loop.callState();
    }

    /** Whether the caller is on the loop's thread, and so must not wait for it. From any thread. */
    public boolean isLoopThread() {
        return loop.isLoopThread();
    }

    /** See {@link EventLoop#isCrowded}. */
    public boolean isCrowded() {
        return loop.isCrowded();
    }

    /** The counters of the loop. */
    public LoopMeter meter() {
        return loop.meter();
    }
}
