package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.itimerspec;
import dev.leash.internal.bindings.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/** A timerfd_create(2) timer on CLOCK_MONOTONIC, armed with absolute times. For one thread, except {@link #arm}. */
public final class TimerFd {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final CFunction CREATE =
            CFunction.of(Libc.timerfd_create$address(), Libc.timerfd_create$descriptor());
    private static final CFunction SET =
            CFunction.of(Libc.timerfd_settime$address(), Libc.timerfd_settime$descriptor());

    private final CallState state;
    private final int fd;
    private final MemorySegment expirations;

    private TimerFd(CallState state, int fd) {
        Arena arena = Arena.ofAuto();
        this.state = state;
        this.fd = fd;
        this.expirations = arena.allocate(ValueLayout.JAVA_LONG);
    }

    public static TimerFd open(CallState state) throws SystemCallException {
        int fd = CREATE.call(state, Libc.CLOCK_MONOTONIC(), Libc.TFD_CLOEXEC() | Libc.TFD_NONBLOCK());
        return new TimerFd(state, SystemCallException.check("timerfd_create", Descriptors.raise(state, fd)));
    }

    public int fd() {
        return fd;
    }

    /**
     * Fires once when CLOCK_MONOTONIC reaches {@code nanos}; a time that has passed fires at once. From any thread.
     *
     * @param callersState the calling thread's
     */
    public void arm(CallState callersState, long nanos) {
        // An it_value of zero disarms the timer, so the earliest possible time is 1 ns after boot.
        set(callersState, Math.max(nanos, 1));
    }

    public void disarm() {
        set(state, 0);
    }

    private void set(CallState callersState, long nanos) {
        Struct setting = callersState.timer();
        long value = itimerspec.it_value$offset();
        setting.setLong(value + timespec.tv_sec$offset(), nanos / NANOS_PER_SECOND);
        setting.setLong(value + timespec.tv_nsec$offset(), nanos % NANOS_PER_SECOND);
        int result;
        try {
            result = SET.call(callersState, fd, Libc.TFD_TIMER_ABSTIME(), setting.address(), 0);
        } finally {
            Reference.reachabilityFence(callersState);
        }
        if (result < 0) {
            throw new IllegalStateException(new SystemCallException("timerfd_settime", -result));
        }
    }

    /** Makes the descriptor unreadable again after it fired. */
    public void clear() {
        int ignored = Descriptors.read(state, fd, expirations); // EAGAIN: the timer was armed again and is not readable
    }

    public void close() {
        Descriptors.close(state, fd);
    }
}
