package dev.leash.internal.io;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.ReusedBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffer that all runs of a loop use in turn to read and write bytes that need not be kept, as one run sees it. For
 * the loop's thread.
 */
public final class SharedBuffer {
    static final int SIZE = ReusedBuffer.SIZE;

    private final LoopScope loop;
    private @Nullable MemorySegment viewed;
    private @Nullable ByteBuffer view;

    /** That of the run of {@code loop}. */
    public SharedBuffer(LoopScope loop) {
        this.loop = loop;
    }

    MemorySegment memory() {
        return loop.buffer().memory();
    }

    /** Read-only, for a handler, which could otherwise overwrite what the next one gets. */
    ByteBuffer view() {
        MemorySegment memory = memory();
        ByteBuffer made = view;
        if (made == null || !memory.equals(viewed)) {
            made = memory.asByteBuffer().asReadOnlyBuffer();
            viewed = memory;
            view = made;
        }
        return made;
    }
}
