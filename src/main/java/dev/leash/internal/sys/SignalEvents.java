package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One signal of this process as a descriptor that becomes readable. What runs in a signal handler must be
 * async-signal-safe, which no Java code is, and this library brings no C code. But libc has a function that happens to
 * fit: the kernel calls a handler with the signal's number and a pointer to a siginfo_t, and
 * {@code eventfd_write(int fd, eventfd_t value)} taken for a handler writes the pointer, which is never zero, to the
 * descriptor whose <em>number is the signal's</em>. So there has to be an eventfd with that number. The counter adds
 * pointers up: it tells that the signal came, not how often.
 *
 * <p>For one thread.
 */
public final class SignalEvents {
    private final int signal;
    private final MemorySegment count = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

    private SignalEvents(int signal) {
        this.signal = signal;
    }

    /**
     * Takes over {@code signal} until {@link SignalDispositions} gets another word on it. A child resets it to the default
     * at exec.
     *
     * @return null if the descriptor of that number is in use, or beyond the limit. Somebody in this process owns it:
     *     the signal keeps its disposition
     */
    public static @Nullable SignalEvents open(CallState state, int signal) {
        int made = EventFd.create(state);
        if (made < 0) {
            return null;
        }
        if (made != signal) {
            int placed = Descriptors.duplicate(state, made, signal);
            Descriptors.close(state, made);
            if (placed != signal) {
                Descriptors.closeIfOpen(state, placed);
                return null;
            }
        }
        SignalDispositions.handle(signal, Libc.eventfd_write$address());
        return new SignalEvents(signal);
    }

    public int signal() {
        return signal;
    }

    /** Readable when the signal has come. */
    public int fd() {
        return signal;
    }

    /** Makes the descriptor unreadable again; false if the signal had not come. */
    public boolean clear(CallState state) {
        return Descriptors.read(state, signal, count) > 0;
    }
}
