package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.SystemCallException;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor that is being polled. For the thread that acts on its run, or for the loop's if it is the loop's own.
 */
public final class Registration extends Chain.Link<Registration> {
    private final int fd;
    private final @Nullable LoopScope scope;
    private final ReadyHandler handler;
    private final boolean reportedOnce;

    private Poller poller;
    private long token;
    private int interest;
    private boolean cancelled;

    Registration(Poller poller, int fd, int interest, ReadyHandler handler, @Nullable LoopScope scope) {
        this.poller = poller;
        this.fd = fd;
        this.interest = interest;
        this.handler = handler;
        this.scope = scope;
        this.reportedOnce = (interest & Epoll.ONESHOT) != 0;
    }

    int fd() {
        return fd;
    }

    int interest() {
        return interest;
    }

    /** The poller that is going to have it, and the data of its events there. */
    void assign(Poller next, long nextToken) {
        poller = next;
        token = nextToken;
    }

    /** Changes the polled events; 0 for none but the errors and hang-ups that epoll always reports. */
    public void interest(int events) {
        interest = events;
        poller.modify(state(), fd, events, token);
    }

    /** Stops polling. Must come before the descriptor is closed. A second call has no effect. */
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            poller.remove(state(), this);
            if (scope != null) {
                scope.forget(this);
            }
        }
    }

    private CallState state() {
        return scope == null ? poller.loopsState() : scope.callState();
    }

    /** Goes on in another poller. */
    void moveTo(Poller next, CallState callersState) throws SystemCallException {
        poller.remove(callersState, this);
        next.add(callersState, this);
    }

    /** On the thread of the loop of {@code from}. False if the event comes again, since another thread acts. */
    boolean dispatch(Poller from, long reported, int readiness) {
        if (scope == null) {
            deliver(from, reported, readiness);
            return true;
        }
        if (!scope.tryEnter()) {
            if (reportedOnce) {
                scope.retry(() -> dispatch(from, reported, readiness));
            }
            return false;
        }
        try {
            deliver(from, reported, readiness);
        } catch (Throwable thrown) {
            scope.fail(thrown);
        } finally {
            scope.leave();
        }
        return true;
    }

    private void deliver(Poller from, long reported, int readiness) {
        if (!cancelled && poller == from && token == reported) {
            handler.ready(readiness);
        }
    }
}
