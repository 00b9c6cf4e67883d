package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An eventfd(2): a counter that one thread polls and other threads increment. */
public final class EventFd {
    private static final CFunction CREATE = CFunction.of(Libc.eventfd$address(), Libc.eventfd$descriptor());

    private final int fd;
    private final MemorySegment one;
    private final MemorySegment count;

    private EventFd(int fd) {
        Arena arena = Arena.ofAuto();
        this.fd = fd;
        Struct counter = Struct.ofBytes(arena, Long.BYTES);
        counter.setLong(0, 1);
        this.one = counter.memory();
        this.count = arena.allocate(ValueLayout.JAVA_LONG);
    }

    public static EventFd open(CallState state) throws SystemCallException {
        return new EventFd(SystemCallException.check("eventfd", Descriptors.raise(state, create(state))));
    }

    /** 0 if a descriptor is to be had, which is free again when this returns; else the negated errno. */
    public static int requireFree(CallState state) {
        int fd = create(state);
        Descriptors.closeIfOpen(state, fd);
        return Math.min(fd, 0);
    }

    static int create(CallState state) {
        return CREATE.call(state, 0, Libc.EFD_CLOEXEC() | Libc.EFD_NONBLOCK());
    }

    public int fd() {
        return fd;
    }

    /** Makes the descriptor readable. From any thread. */
    public void signal() {
        // The only possible error, EAGAIN at the counter's limit, means that it is readable: no errno is needed.
        int ignored = Descriptors.write(CallState.UNREAD, fd, one);
    }

    /** Makes the descriptor unreadable again; false if it was not readable. For the polling thread. */
    public boolean clear(CallState state) {
        return Descriptors.read(state, fd, count) > 0;
    }

    public void close(CallState state) {
        Descriptors.close(state, fd);
    }
}
