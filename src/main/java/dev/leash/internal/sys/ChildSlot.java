package dev.leash.internal.sys;

import java.lang.foreign.Arena;

/**
 * Where posix_spawn(3) stores the pid of the child before it returns. It is allocated before the call and outside the
 * heap, so the child is known even if the code after the call fails for lack of stack or heap. For one start at a
 * time; any thread may read it.
 */
public final class ChildSlot {
    /** When the call that made the child began, on {@link Clock#monotonicNanos}. */
    long startNanos;

    final Struct pid = Struct.ofBytes(Arena.ofAuto(), Integer.BYTES);

    /** The pid of the child that was made last; 0 for none. */
    public int pid() {
        return pid.getInt(0);
    }

    /** When its start began, on {@link Clock#monotonicNanos}. For the thread that started it. */
    public long startNanos() {
        return startNanos;
    }

    /** Clears it before a child is made. */
    public void clear() {
        pid.setInt(0, 0);
    }
}
