package dev.leash.internal.sys;

import dev.leash.internal.bindings.__sigset_t;
import java.lang.foreign.Arena;

/** A sigset_t of the signals that a Linux kernel knows, 1 to 64. */
final class SignalSet {
    private SignalSet() {}

    /** @param signals bit n-1 for signal n */
    static Struct of(Arena arena, long signals) {
        Struct set = Struct.of(arena, __sigset_t.layout());
        set.setLong(0, signals);
        return set;
    }
}
