package dev.leash.internal.io;

import dev.leash.internal.sys.BufferMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The one native buffer that all pumps of a loop use in turn to read and write bytes that need not be kept. So an
 * idle child has no buffer. For the loop's thread.
 */
public final class SharedBuffer {
    /** Four times a pipe's default capacity: one read empties a full pipe, also after it has grown a bit. */
    static final int SIZE = 256 * 1024;

    private @Nullable MemorySegment memory;
    private @Nullable ByteBuffer view;

    /** Made at first use, since some loops never read a byte. */
    MemorySegment memory() {
        MemorySegment made = memory;
        if (made == null) {
            made = BufferMemory.OF_JVM.require(SIZE);
            memory = made;
        }
        return made;
    }

    /** Read-only, for a handler, which could otherwise overwrite what the next one gets. */
    ByteBuffer view() {
        ByteBuffer made = view;
        if (made == null) {
            made = memory().asByteBuffer().asReadOnlyBuffer();
            view = made;
        }
        return made;
    }
}
