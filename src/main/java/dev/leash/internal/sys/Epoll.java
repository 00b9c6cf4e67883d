package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.epoll_event;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;

/**
 * An epoll(7) instance with its event buffer. One thread at a time waits; any thread may add, change and remove
 * descriptors meanwhile, see epoll_ctl(2). Each passes its own call state.
 */
public final class Epoll {
    public static final int IN = Libc.EPOLLIN();
    public static final int OUT = Libc.EPOLLOUT();
    public static final int ERR = Libc.EPOLLERR();
    public static final int HUP = Libc.EPOLLHUP();
    public static final int PRI = Libc.EPOLLPRI();
    public static final int ONESHOT = Libc.EPOLLONESHOT();

    private static final CFunction CREATE = CFunction.of(Libc.epoll_create1$address(), Libc.epoll_create1$descriptor());
    private static final CFunction CTL = CFunction.of(Libc.epoll_ctl$address(), Libc.epoll_ctl$descriptor());
    private static final CFunction WAIT = CFunction.of(Libc.epoll_wait$address(), Libc.epoll_wait$descriptor());

    /** struct epoll_event is packed on x86-64 and on no other architecture; the bindings were made on x86-64. */
    private static final boolean PACKED = "amd64".equals(System.getProperty("os.arch"));

    private static final long EVENT_SIZE = PACKED ? epoll_event.sizeof() : 16;
    private static final long DATA_OFFSET = PACKED ? epoll_event.data$offset() : 8;

    private final int fd;
    private final int capacity;
    private final Struct events;

    private Epoll(int fd, int capacity) {
        Arena arena = Arena.ofAuto();
        this.fd = fd;
        this.capacity = capacity;
        this.events = Struct.ofBytes(arena, EVENT_SIZE * capacity);
    }

    /** Opens an instance that reports at most {@code capacity} events at a time. */
    public static Epoll open(CallState state, int capacity) throws SystemCallException {
        int fd = CREATE.call(state, Libc.EPOLL_CLOEXEC());
        return new Epoll(SystemCallException.check("epoll_create1", Descriptors.raise(state, fd)), capacity);
    }

    /** The instance itself, readable when it has something to report. */
    public int fd() {
        return fd;
    }

    public int add(CallState state, int descriptor, int interest, long data) {
        return control(state, Libc.EPOLL_CTL_ADD(), descriptor, interest, data);
    }

    public int modify(CallState state, int descriptor, int interest, long data) {
        return control(state, Libc.EPOLL_CTL_MOD(), descriptor, interest, data);
    }

    public int remove(CallState state, int descriptor) {
        return control(state, Libc.EPOLL_CTL_DEL(), descriptor, 0, 0);
    }

    private int control(CallState state, int operation, int descriptor, int interest, long data) {
        Struct event = state.scratch;
        event.setInt(0, interest);
        event.setLong(DATA_OFFSET, data);
        try {
            return CTL.call(state, fd, operation, descriptor, event.address());
        } finally {
            Reference.reachabilityFence(state);
        }
    }

    /** The number of events; 0 after {@code timeoutMillis} (-1: no limit) or an interruption by a signal. */
    public int await(CallState state, int timeoutMillis) {
        int count;
        try {
            count = WAIT.call(state, fd, events.address(), capacity, timeoutMillis);
        } finally {
            Reference.reachabilityFence(this);
        }
        if (count < 0 && count != -Errno.EINTR) {
            throw new IllegalStateException(new SystemCallException("epoll_wait", -count));
        }
        return Math.max(count, 0);
    }

    /** The events that entry {@code index} of the last {@link #await} reports. */
    public int readiness(int index) {
        return events.getInt(index * EVENT_SIZE);
    }

    /** The data that the descriptor of event {@code index} was added with. */
    public long data(int index) {
        return events.getLong(index * EVENT_SIZE + DATA_OFFSET);
    }

    public void close(CallState state) {
        Descriptors.close(state, fd);
    }
}
