package dev.leash.internal.io;

import dev.leash.internal.sys.BufferMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The one native buffer that the pumps of a loop read into and write from, in turn, where nothing has to be kept. So an
 * idle child has no buffer. For the loop's thread.
 */
public final class SharedBuffer {
    /** Four times the pipe's usual size: whatever a full pipe holds comes in one read, also after it has grown a bit. */
    static final int SIZE = 256 * 1024;

    private @Nullable MemorySegment memory;
    private @Nullable ByteBuffer view;

    /** Made when it is first needed: some loops never read a byte. */
    MemorySegment memory() {
        MemorySegment made = memory;
        if (made == null) {
            made = BufferMemory.OF_JVM.require(SIZE);
            memory = made;
        }
        return made;
    }

    /** Read-only, for a handler: it could otherwise write over what the next one is given. */
    ByteBuffer view() {
        ByteBuffer made = view;
        if (made == null) {
            made = memory().asByteBuffer().asReadOnlyBuffer();
            view = made;
        }
        return made;
    }
}
