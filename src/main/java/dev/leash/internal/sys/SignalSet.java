package dev.leash.internal.sys;

import dev.leash.internal.bindings.__sigset_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A sigset_t of the signals that a Linux kernel knows, 1 to 64. */
final class SignalSet {
    private SignalSet() {}

    /** @param signals bit n-1 for signal n */
    static MemorySegment of(Arena arena, long signals) {
        MemorySegment set = __sigset_t.allocate(arena);
        set.set(ValueLayout.JAVA_LONG, 0, signals);
        return set;
    }
}
