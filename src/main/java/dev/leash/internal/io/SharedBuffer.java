package dev.leash.internal.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The one native buffer that all pumps of a loop read into and write from, in turn. So an idle child has no buffer. For
 * the loop's thread.
 */
public final class SharedBuffer {
    /** Four times the pipe's usual size: whatever a full pipe holds comes in one read, also after it has grown a bit. */
    static final int SIZE = 256 * 1024;

    final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 4096);
}
