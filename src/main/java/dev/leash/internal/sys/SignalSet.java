package dev.leash.internal.sys;

import dev.leash.internal.bindings.__sigset_t;
import java.lang.foreign.Arena;

/**
 * Sets of the signals that a Linux kernel knows, 1 to 64, as numbers: bit n-1 for signal n, as in /proc/PID/status.
 */
public final class SignalSet {
    private SignalSet() {}

    /** The set of {@code signals}. */
    public static long bits(int... signals) {
        long bits = 0;
        for (int signal : signals) {
            bits |= 1L << (signal - 1);
        }
        return bits;
    }

    /** Whether {@code number} is that of a signal, and in the set. */
    public static boolean contains(long signals, int number) {
        return number > 0 && number <= Long.SIZE && (signals & bits(number)) != 0;
    }

    /** The lowest signal of a set that is not empty. */
    public static int least(long signals) {
        return Long.numberOfTrailingZeros(signals) + 1;
    }

    /** A sigset_t. */
    static Struct of(Arena arena, long signals) {
        Struct set = Struct.of(arena, __sigset_t.layout());
        set.setLong(0, signals);
        return set;
    }
}
