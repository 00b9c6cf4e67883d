package dev.leash.internal.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A piece of native memory that carries bytes between the loop and another thread, with one owner at a time. The view
 * is made once, so that passing a chunk on creates no garbage.
 */
final class Chunk {
    /** The capacity of a pipe by default. */
    static final int SIZE = 64 * 1024;

    final MemorySegment memory;
    final ByteBuffer bytes;

    Chunk(MemorySegment memory) {
        this.memory = memory;
        this.bytes = memory.asByteBuffer();
    }
}
