package dev.leash.internal.sys;

import java.lang.foreign.Arena;

/**
 * Where posix_spawn(3) stores the number of the child that it has made, before it returns. It is there from the beginning,
 * and outside of the heap: so the child is known also where what follows the call fails, for want of stack or heap. For one
 * start at a time; any thread can ask.
 */
public final class ChildSlot {
    final Struct pid = Struct.ofBytes(Arena.ofAuto(), Integer.BYTES);

    /** The child that was made last, 0 for none. */
    public int pid() {
        return pid.getInt(0);
    }

    /** Before a child is made. */
    public void clear() {
        pid.setInt(0, 0);
    }
}
