package dev.leash.internal.sys;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One native buffer for bytes that need not be kept, made at first use, since some owners never read a byte. For one
 * thread at a time.
 */
public final class ReusedBuffer {
    /** Four times a pipe's default capacity: one read empties a full pipe, also after it has grown a bit. */
    public static final int SIZE = 256 * 1024;

    private @Nullable MemorySegment memory;

    /** {@link #SIZE} bytes, the same each time. */
    public MemorySegment memory() {
        MemorySegment made = memory;
        if (made == null) {
            made = BufferMemory.OF_JVM.require(SIZE);
            memory = made;
        }
        return made;
    }
}
