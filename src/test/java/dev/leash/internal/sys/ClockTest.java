package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.timespec;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class ClockTest {
    @Test
    void clockIsTheOneThatTimerfdCountsIn() {
        CFunction gettime = CFunction.of(Libc.clock_gettime$address(), Libc.clock_gettime$descriptor());
        try (Arena arena = Arena.ofConfined()) {
            Struct now = Struct.of(arena, timespec.layout());
            for (int round = 0; round < 1_000; round++) {
                long before = Clock.monotonicNanos();
                gettime.call(CallState.UNREAD, Libc.CLOCK_MONOTONIC(), now.address());
                long after = Clock.monotonicNanos();
                long kernel = Clock.nanos(now);
                assertTrue(before <= kernel && kernel <= after, before + " <= " + kernel + " <= " + after);
            }
        }
    }
}
