package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * epoll(7) with a handler for each descriptor. Any thread may add, change and remove descriptors, since epoll_ctl(2)
 * may be called while another thread waits; the loop's thread waits and dispatches. The data of an event holds the
 * descriptor and a generation. If a handler closes a descriptor and its number is used again, an event of the same
 * batch that was already reported for it has an old generation and is dropped.
 */
final class Poller {
    static final int BATCH = 256;

    /** The loop's. */
    private final CallState state;

    private final Epoll epoll;
    private final Visitors visitors = new Visitors();
    private final AtomicInteger generations = new AtomicInteger();
    private final RegistrationTable registrations = new RegistrationTable();

    Poller(CallState state) throws SystemCallException {
        this.state = state;
        epoll = Epoll.open(state, BATCH);
    }

    /**
     * Polls {@code fd}.
     *
     * @param callersState the calling thread's
     * @param scope the run whose handler it is; null if it is the loop's own
     * @throws SystemCallException ENOSPC or ENOMEM, when the kernel's limits for epoll are reached; EBADF if this is
     *     closed
     */
    Registration add(CallState callersState, int fd, int interest, ReadyHandler handler, @Nullable LoopScope scope)
            throws SystemCallException {
        Registration registration = new Registration(this, fd, interest, handler, scope);
        add(callersState, registration);
        return registration;
    }

    /** Polls the descriptor of a registration that no poller has. */
    void add(CallState callersState, Registration registration) throws SystemCallException {
        int fd = registration.fd();
        long token = (long) generations.incrementAndGet() << 32 | fd;
        registration.assign(this, token);
        registrations.put(fd, registration);
        int result = control(Operation.ADD, callersState, fd, registration.interest(), token);
        if (result < 0) {
            registrations.remove(fd, registration);
            throw new SystemCallException("epoll_ctl", -result);
        }
    }

    void modify(CallState callersState, int fd, int interest, long token) {
        int result = control(Operation.MODIFY, callersState, fd, interest, token);
        if (result < 0 && !visitors.isClosed()) {
            throw new IllegalStateException("epoll_ctl: " + Errno.name(-result));
        }
    }

    void remove(CallState callersState, Registration registration) {
        registrations.remove(registration.fd(), registration);
        // Closing is not enough: a duplicate that a child holds would keep the registration alive.
        int ignored = control(Operation.REMOVE, callersState, registration.fd(), 0, 0);
    }

    private enum Operation {
        ADD,
        MODIFY,
        REMOVE
    }

    /** 0, or the negated errno: EBADF if this is closed, since another file may have the epoll's number by then. */
    private int control(Operation operation, CallState callersState, int fd, int interest, long token) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            return switch (operation) {
                case ADD -> epoll.add(callersState, fd, interest, token);
                case MODIFY -> epoll.modify(callersState, fd, interest, token);
                case REMOVE -> epoll.remove(callersState, fd);
            };
        } finally {
            visitors.leave();
        }
    }

    /** The call state of the loop's thread. */
    CallState loopsState() {
        return state;
    }

    /** Waits at most {@code timeoutMillis} (-1: for ever) and returns the number of events to dispatch. */
    int await(int timeoutMillis) {
        return epoll.await(state, timeoutMillis);
    }

    /** False if another thread acts on the run whose descriptor it is. The event then comes again. */
    boolean dispatch(int index) {
        long token = epoll.data(index);
        Registration registration = registrations.get((int) token);
        return registration == null || registration.dispatch(this, token, epoll.readiness(index));
    }

    void close() {
        visitors.close();
        epoll.close(state);
    }
}
