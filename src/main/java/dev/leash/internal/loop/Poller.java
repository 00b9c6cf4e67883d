package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * epoll(7) with a handler for each descriptor. The data of an event holds a slot and a generation. If a handler
 * closes a descriptor and its slot is reused, an event of the same batch that was already reported for it has an old
 * generation and is dropped.
 */
final class Poller {
    static final int BATCH = 256;

    /** The event data of an announced descriptor: no slot has this number. */
    private static final long ANNOUNCED = -1;

    /** The loop's. */
    private final CallState state;

    private final Epoll epoll;
    private final AtomicInteger announcementsFired = new AtomicInteger();
    private @Nullable Registration[] slots = new Registration[64];
    private int[] generations = new int[64];
    private int[] freeSlots = new int[64];
    private int freeCount;
    private int usedSlots;
    private boolean closed;

    Poller(CallState state) throws SystemCallException {
        this.state = state;
        epoll = Epoll.open(state, BATCH);
    }

    /**
     * Polls {@code fd}.
     *
     * @param failed gets what the handler throws; null if the dispatcher gets it
     * @throws SystemCallException ENOSPC or ENOMEM, when the kernel's limits for epoll are reached; EBADF if this is
     *     closed
     */
    Registration add(int fd, int interest, ReadyHandler handler, @Nullable Consumer<Throwable> failed)
            throws SystemCallException {
        if (closed) {
            throw new SystemCallException("epoll_ctl", Errno.EBADF); // another file may have the epoll's number by now
        }
        int slot = takeSlot();
        long token = token(slot, generations[slot]);
        Registration registration = new Registration(this, fd, token, handler, failed);
        int result = epoll.add(state, fd, interest, token);
        if (result == -Errno.EEXIST) {
            result = epoll.modify(state, fd, interest, token); // it was announced before
        }
        if (result < 0) {
            releaseSlot(slot);
            throw new SystemCallException("epoll_ctl", -result);
        }
        slots[slot] = registration;
        return registration;
    }

    /**
     * Makes the next event of {@code fd} end the wait, once. From any thread, as long as this is not closed; false if
     * the kernel refuses.
     */
    boolean announce(CallState callersState, int fd, int interest) {
        return epoll.addOnce(callersState, fd, interest, ANNOUNCED) == 0;
    }

    /** Grows with each event of an announced descriptor, before the loop looks for tasks. From any thread. */
    int announcementsFired() {
        return announcementsFired.get();
    }

    void modify(int fd, int interest, long token) {
        int result = closed ? 0 : epoll.modify(state, fd, interest, token);
        if (result < 0) {
            throw new IllegalStateException("epoll_ctl: " + Errno.name(-result));
        }
    }

    void remove(int fd, long token) {
        // Closing is not enough: a duplicate that a child holds would keep the registration alive.
        if (!closed) {
            epoll.remove(state, fd);
        }
        releaseSlot((int) token);
    }

    /** Waits at most {@code timeoutMillis} (-1: for ever) and returns the number of events to dispatch. */
    int await(int timeoutMillis) {
        return epoll.await(state, timeoutMillis);
    }

    void dispatch(int index) {
        long token = epoll.data(index);
        if (token == ANNOUNCED) {
            announcementsFired.incrementAndGet();
            return;
        }
        int slot = (int) token;
        Registration registration = slots[slot];
        if (registration != null && generations[slot] == (int) (token >>> 32)) {
            registration.dispatch(epoll.readiness(index));
        }
    }

    void close() {
        closed = true;
        epoll.close(state);
    }

    private static long token(int slot, int generation) {
        return (long) generation << 32 | slot;
    }

    private int takeSlot() {
        if (freeCount > 0) {
            return freeSlots[--freeCount];
        }
        if (usedSlots == slots.length) {
            slots = Arrays.copyOf(slots, usedSlots * 2);
            generations = Arrays.copyOf(generations, usedSlots * 2);
            freeSlots = Arrays.copyOf(freeSlots, usedSlots * 2);
        }
        return usedSlots++;
    }

    private void releaseSlot(int slot) {
        slots[slot] = null;
        generations[slot]++;
        freeSlots[freeCount++] = slot;
    }
}
