package dev.leash.internal.sys;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One native buffer for bytes that need not be kept, made at first use, since some owners never read a byte. For one
 * thread at a time.
 */
public final class ReusedBuffer {
    /** Four times a pipe's default capacity: one read empties a full pipe, also after it has grown a bit. */
    public static final int SIZE = 256 * 1024;

    private @Nullable MemorySegment memory;
    private @Nullable ByteBuffer view;

    /** {@link #SIZE} bytes, the same each time. */
    public MemorySegment memory() {
        MemorySegment made = memory;
        if (made == null) {
            made = BufferMemory.OF_JVM.require(SIZE);
            memory = made;
        }
        return made;
    }

    /**
     * The same, for user code, which could otherwise overwrite what the next reader gets. The same object each time.
     */
    public ByteBuffer readOnlyView() {
        ByteBuffer made = view;
        if (made == null) {
            made = memory().asByteBuffer().asReadOnlyBuffer();
            view = made;
        }
        return made;
    }
}
