package dev.leash.internal.spawn;

import dev.leash.Cause;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a start waits for another process, such as the one that opens the other end of a FIFO: until the command's
 * timeout, an interrupt of the starting thread, or the close of its supervisor. It polls every few milliseconds
 * instead of waiting in the kernel, where only a signal would wake the thread. For any thread.
 */
public final class Patience {
    /** What has ended the wait. */
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

        /** The same as the cause of a run's end. */
        Cause cause() {
            return cause;
        }

        public int errno() {
            return errno;
        }
    }

    /** The code that asked for the start. */
    public interface Caller {
        /** Waits as long as the start takes. */
        Caller PATIENT = () -> false;

        /** Whether the start is cancelled; polled while it waits. */
        boolean cancelled();

        /** The start has to wait, which is rare. Called once, on the thread that waits. */
        default void waits() {}
    }

    private static final long SHORTEST_PAUSE_NANOS = 500_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private final Thread starter = Thread.currentThread();
    private final long deadlineNanos;
    private final BooleanSupplier closed;
    private final Caller caller;
    /** The thread that makes the start, once it has had to wait: the asking one, or another. */
    private volatile @Nullable Thread pausing;

    private volatile boolean waiting;
    private volatile boolean interrupted;

    /**
     * For a start on the calling thread.
     *
     * @param deadlineNanos on {@link Clock}
     * @param closed whether the supervisor is closed
     */
    public Patience(long deadlineNanos, BooleanSupplier closed, Caller caller) {
        this.deadlineNanos = deadlineNanos;
        this.closed = closed;
        this.caller = caller;
    }

    /** Whether the start has had to wait. */
    public boolean isWaiting() {
        return waiting;
    }

    /**
     * Pauses before the try number {@code looks}, counted from 1, longer each time. Returns null to try again, or
     * what has ended the wait.
     */
    @Nullable
    End pause(int looks) {
        if (!waiting) {
            waiting = true;
            caller.waits();
        }
        pausing = Thread.currentThread();
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
     * Notes whether the calling thread, which has asked for the start, is interrupted. Needed where another thread
     * does the start: the asking thread hides an interrupt while it {@linkplain Clock#sleep sleeps}, so that the
     * other would rarely see it.
     */
    public void lookForInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            interrupted = true;
        }
    }

    /** Ends the current pause. */
    void wake() {
        LockSupport.unpark(pausing);
    }
}
