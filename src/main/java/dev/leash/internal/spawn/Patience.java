package dev.leash.internal.spawn;

import dev.leash.Cause;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a start waits for somebody else, such as whoever opens the other end of a FIFO: until the command's timeout, an
 * interrupt of the thread that starts it, or the end of its supervisor. It looks again every few milliseconds instead of
 * waiting in the kernel, where only a signal would get a thread out again. For any thread.
 */
public final class Patience {
    /** What has ended it. */
    public enum End {
        TIMEOUT(Errno.ETIMEDOUT, Cause.TIMED_OUT),
        INTERRUPT(Errno.EINTR, Cause.CANCELLED),
        CLOSED(Errno.ECANCELED, Cause.CLOSED),
        CANCELLED(Errno.ECANCELED, Cause.CANCELLED);

        private final int errno;
        private final Cause cause;

        End(int errno, Cause cause) {
            this.errno = errno;
            this.cause = cause;
        }

        /** What ends the start, in the words for the end of a run. */
        Cause cause() {
            return cause;
        }

        public int errno() {
            return errno;
        }
    }

    /** Whoever asked for the start. */
    public interface Caller {
        /** Waits as long as it has to. */
        Caller PATIENT = () -> false;

        /** Whether the start is not wanted any more; asked while it waits. */
        boolean cancelled();

        /** The start has to wait, which most never do. Called once, on the thread that waits. */
        default void waits() {}
    }

    private static final long SHORTEST_PAUSE_NANOS = 500_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private final Thread starter = Thread.currentThread();
    private final long deadlineNanos;
    private final BooleanSupplier closed;
    private final Caller caller;
    private volatile boolean waiting;
    private volatile boolean interrupted;

    /**
     * Of the calling thread, which starts something.
     *
     * @param deadlineNanos on {@link Clock}
     * @param closed whether the supervisor is
     */
    public Patience(long deadlineNanos, BooleanSupplier closed, Caller caller) {
        this.deadlineNanos = deadlineNanos;
        this.closed = closed;
        this.caller = caller;
    }

    /** Whether a start with it has had to wait. */
    public boolean isWaiting() {
        return waiting;
    }

    /**
     * Pauses before the look number {@code looks}, counted from 1, longer from look to look; null to look again, or why it
     * is over.
     */
    @Nullable
    End pause(int looks) {
        if (!waiting) {
            waiting = true;
            caller.waits();
        }
        End end = end();
        if (end == null) {
            long pause = Math.min(LONGEST_PAUSE_NANOS, SHORTEST_PAUSE_NANOS << Math.min(looks, 10));
            LockSupport.parkNanos(Math.min(pause, deadlineNanos - Clock.monotonicNanos()));
            end = end();
        }
        return end;
    }

    private @Nullable End end() {
        if (caller.cancelled()) {
            return End.CANCELLED;
        }
        if (closed.getAsBoolean()) {
            return End.CLOSED;
        }
        if (interrupted || starter.isInterrupted()) {
            return End.INTERRUPT;
        }
        return Clock.monotonicNanos() >= deadlineNanos ? End.TIMEOUT : null;
    }

    /**
     * Looks whether the calling thread, which has asked for the start, is interrupted: for one that has another thread start,
     * and hides an interrupt while it {@linkplain Clock#sleep sleeps}, so that the other would hardly ever see it.
     */
    public void lookForInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            interrupted = true;
        }
    }

    /** The starting thread need not pause any longer. */
    void wake() {
        LockSupport.unpark(starter);
    }
}
