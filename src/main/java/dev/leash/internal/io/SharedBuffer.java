package dev.leash.internal.io;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.ReusedBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The buffer that all runs of a loop use in turn to read and write bytes that need not be kept, as one run sees it. For
 * the loop's thread.
 */
public final class SharedBuffer {
    static final int SIZE = ReusedBuffer.SIZE;

    private final LoopScope loop;

    /** That of the run of {@code loop}. */
    public SharedBuffer(LoopScope loop) {
        this.loop = loop;
    }

    MemorySegment memory() {
        return loop.buffer().memory();
    }

    /** Read-only, for a handler. */
    ByteBuffer view() {
        return loop.buffer().readOnlyView();
    }
}
