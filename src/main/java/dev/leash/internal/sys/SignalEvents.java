package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Signals of this process as descriptors that become readable. A signal handler must be async-signal-safe, which Java
 * code never is, and this library has no C code. But libc has a function that fits: the kernel calls a handler with
 * the signal's number and a pointer to a siginfo_t, and {@code eventfd_write(int fd, eventfd_t value)} as a handler
 * writes the pointer, which is never zero, to the descriptor whose <em>number is the signal's</em>. So an eventfd
 * must have that number. The counter adds up pointers: it shows that the signal came, not how often.
 *
 * <p>For one thread at a time.
 */
public final class SignalEvents {
    private final long signals;
    private final Epoll epoll;
    private final MemorySegment count = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

    private SignalEvents(long signals, Epoll epoll) {
        this.signals = signals;
        this.epoll = epoll;
    }

    /**
     * Takes over signals until {@link SignalDispositions} changes them. A child resets them to the default at exec. A
     * signal whose descriptor number is in use, or beyond the limit, keeps its disposition: other code in this
     * process owns the number.
     *
     * @param wanted see {@link SignalSet}
     * @throws SystemCallException if a descriptor limit is reached
     */
    public static SignalEvents open(CallState state, long wanted) throws SystemCallException {
        int highest = Long.SIZE - Long.numberOfLeadingZeros(wanted);
        long made = 0;
        List<Integer> others = new ArrayList<>();
        int fd = 0;
        while (fd < highest) {
            // It gets the lowest free number. Each stays open for now, so every free number comes up.
            fd = EventFd.create(state);
            if (fd < 0) {
                break;
            }
            if (SignalSet.contains(wanted, fd)) {
                made |= SignalSet.bits(fd);
            } else {
                others.add(fd);
            }
        }
        for (int other : others) {
            Descriptors.close(state, other);
        }
        made |= missed(state, wanted & ~made);
        // Opened now, before anything is started: later no descriptor may be free.
        Epoll epoll = Epoll.open(state, Long.SIZE);
        SignalDispositions.handle(made, Libc.eventfd_write$address());
        return new SignalEvents(made, epoll);
    }

    /**
     * The JVM opens and closes files on its own threads: this tries once more for a number that such a file had for a
     * moment.
     */
    private static long missed(CallState state, long wanted) {
        long made = 0;
        for (long left = wanted; left != 0; left &= left - 1) {
            int signal = SignalSet.least(left);
            int fd = EventFd.create(state);
            int moved = fd < 0 || fd == signal ? fd : Descriptors.duplicate(state, fd, signal);
            if (fd != signal) {
                Descriptors.closeIfOpen(state, fd);
            }
            if (moved == signal) {
                made |= SignalSet.bits(signal);
            } else {
                Descriptors.closeIfOpen(state, moved);
            }
        }
        return made;
    }

    /**
     * An epoll whose event data is the signal's number. It reports a signal until {@link #clear} is called for it. To
     * be called once.
     */
    public Epoll poll(CallState state) throws SystemCallException {
        for (long left = signals; left != 0; left &= left - 1) {
            int signal = SignalSet.least(left);
            SystemCallException.check("epoll_ctl", epoll.add(state, signal, Epoll.IN, signal));
        }
        return epoll;
    }

    /** Makes the descriptor of {@code signal} unreadable again; false if the signal had not come. */
    public boolean clear(CallState state, int signal) {
        return Descriptors.read(state, signal, count) > 0;
    }
}
