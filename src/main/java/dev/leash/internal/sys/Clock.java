package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.timespec;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** CLOCK_MONOTONIC in nanoseconds, see clock_gettime(2). The timerfd uses the same clock. */
public final class Clock {
    private static final long MEMORY_PAUSE_NANOS = 5_000_000;
    /**
     * What has to be added to {@link System#nanoTime()} to get CLOCK_MONOTONIC. On HotSpot it is zero, because
     * nanoTime reads this clock; the specification only promises some fixed origin.
     */
    private static final long OFFSET = measureOffset();

    /** Start times in /proc count in USER_HZ, which is 100 on x86-64 and AArch64 whatever the kernel's own HZ. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private Clock() {}

    /** The time now. From any thread; about 20 ns. */
    public static long monotonicNanos() {
        return System.nanoTime() + OFFSET;
    }

    /**
     * CLOCK_BOOTTIME in the unit of a process's start time, see proc_pid_stat(5). Both are rounded down, so the
     * values read before and after a start enclose the child's start time. From any thread; read in user space,
     * without a system call.
     */
    public static long bootTicks() {
        Struct unused = Boot.UNUSED.poll();
        Struct now = unused == null ? Struct.in(BufferMemory.OF_JVM.require(timespec.sizeof())) : unused;
        // Each kernel that Leash runs on has this clock.
        int ignored = Boot.GETTIME.call(CallState.UNREAD, Libc.CLOCK_BOOTTIME(), now.address());
        long ticks = nanos(now) / NANOS_PER_TICK;
        Boot.UNUSED.add(now);
        return ticks;
    }

    /**
     * Makes the calling thread sleep for {@code nanos}, even if it is interrupted; its interrupt status is kept.
     * LockSupport.parkNanos alone returns at once on an interrupted thread, so that a loop of tries would not pause.
     */
    public static void sleep(long nanos) {
        long until = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A pause where the heap is full, in which even a sleep may find no memory. */
    public static void pauseForMemory() {
        long until = System.nanoTime() + MEMORY_PAUSE_NANOS;
        try {
            sleep(MEMORY_PAUSE_NANOS);
        } catch (OutOfMemoryError e) {
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        }
    }

    /** The nanoseconds of a timespec. */
    static long nanos(Struct time) {
        return time.getLong(timespec.tv_sec$offset()) * 1_000_000_000L + time.getLong(timespec.tv_nsec$offset());
    }

    /** A class of its own: linked only where start times matter. */
    private static final class Boot {
        static final CFunction GETTIME = CFunction.of(Libc.clock_gettime$address(), Libc.clock_gettime$descriptor());

        /** Holds as many as there ever were threads that asked at the same time. */
        static final ConcurrentLinkedQueue<Struct> UNUSED = new ConcurrentLinkedQueue<>();
    }

    private static long measureOffset() {
        CFunction gettime = CFunction.of(Libc.clock_gettime$address(), Libc.clock_gettime$descriptor());
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            Struct now = Struct.of(arena, timespec.layout());
            long best = 0;
            long narrowest = Long.MAX_VALUE;
            // The read between the two closest reads of nanoTime is the least disturbed one.
            for (int i = 0; i < 8; i++) {
                long before = System.nanoTime();
                // As every kernel has this clock, there is no error.
                int ignored = gettime.call(state, Libc.CLOCK_MONOTONIC(), now.address());
                long after = System.nanoTime();
                long kernel = nanos(now);
                if (after - before < narrowest) {
                    narrowest = after - before;
                    // Within the bracket the two clocks are the same one.
                    best = kernel >= before && kernel <= after ? 0 : kernel - before - (after - before) / 2;
                }
            }
            return best;
        }
    }
}
