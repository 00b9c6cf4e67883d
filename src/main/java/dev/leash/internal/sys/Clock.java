package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** CLOCK_MONOTONIC in nanoseconds, see clock_gettime(2): the time that timerfd counts in, too. */
public final class Clock {
    /**
     * What has to be added to {@link System#nanoTime()} to get CLOCK_MONOTONIC. On HotSpot it is zero, since nanoTime
     * reads that very clock; the specification only promises some fixed origin.
     */
    private static final long OFFSET = measureOffset();

    private Clock() {}

    /** The time now. From any thread; about 20 ns. */
    public static long monotonicNanos() {
        return System.nanoTime() + OFFSET;
    }

    private static long measureOffset() {
        MethodHandle gettime = Downcall.withErrno(Libc.clock_gettime$address(), Libc.clock_gettime$descriptor());
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            MemorySegment now = timespec.allocate(arena);
            long best = 0;
            long narrowest = Long.MAX_VALUE;
            // The reading between the two closest readings of nanoTime is the least disturbed one.
            for (int i = 0; i < 8; i++) {
                long before = System.nanoTime();
                int ignored = (int) gettime.invokeExact(state.segment, Libc.CLOCK_MONOTONIC(), now);
                long after = System.nanoTime();
                long kernel = timespec.tv_sec(now) * 1_000_000_000L + timespec.tv_nsec(now);
                if (after - before < narrowest) {
                    narrowest = after - before;
                    // Within the bracket the two clocks are the same one.
                    best = kernel >= before && kernel <= after ? 0 : kernel - before - (after - before) / 2;
                }
            }
            return best;
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }
}
