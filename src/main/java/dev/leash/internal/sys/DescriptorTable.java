package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/**
 * The descriptors of the calling thread as a whole, see close_range(2). All threads of a process share one table, until
 * one of them takes a copy for itself, which it keeps until it ends. What such a thread opens and closes from then on
 * no other thread sees.
 */
public final class DescriptorTable {
    /** The highest number: ~0U. */
    private static final int LAST = -1;

    private static final CFunction CLOSE_RANGE = CFunction.variadic(Libc.syscall.address());

    private DescriptorTable() {}

    /**
     * Gives the calling thread a copy of the table, in which all descriptors from {@code least} on are close-on-exec.
     * Needs Linux 5.11. 0 or the negated errno.
     */
    public static int detach(CallState state, int least) {
        return closeRange(state, least, LAST, Libc.CLOSE_RANGE_UNSHARE() | Libc.CLOSE_RANGE_CLOEXEC());
    }

    /**
     * Closes the descriptors from {@code first} to {@code last} for the calling thread only: it takes a copy of the
     * table if it has none, so that this can never close those of other threads. 0 or the negated errno.
     */
    public static int closeOwn(CallState state, int first, int last) {
        return closeRange(state, first, last, Libc.CLOSE_RANGE_UNSHARE());
    }

    /** Whether {@link #detach} works: 0 or the negated errno. Changes nothing, for it concerns no number in use. */
    public static int tryDetach(CallState state) {
        return closeRange(state, LAST, LAST, Libc.CLOSE_RANGE_CLOEXEC());
    }

    /** Whether close_range(2) works at all: 0 or the negated errno. Changes nothing either. */
    static int tryClose(CallState state) {
        return closeRange(state, LAST, LAST, 0);
    }

    private static int closeRange(CallState state, int first, int last, int flags) {
        return (int) CLOSE_RANGE.callLong(state, Libc.SYS_close_range(), first, last, flags);
    }
}
