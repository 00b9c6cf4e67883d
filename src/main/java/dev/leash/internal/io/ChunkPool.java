package dev.leash.internal.io;

import dev.leash.internal.sys.BufferMemory;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chunks that are not in use. Idle children hold none; the pool keeps as many as a few hundred busy children use, and
 * leaves the rest to the garbage collector. For any thread.
 */
public final class ChunkPool {
    private static final int MOST_KEPT = 256;

    private final ConcurrentLinkedQueue<Chunk> unused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();
    private final BufferMemory memory;

    public ChunkPool() {
        this(BufferMemory.OF_JVM);
    }

    /** A pool whose chunks are from {@code memory}. */
    ChunkPool(BufferMemory memory) {
        this.memory = memory;
    }

    /** @throws OutOfMemoryError if there is no memory */
    Chunk take() {
        Chunk chunk = poll(true);
        if (chunk == null) {
            throw new OutOfMemoryError("no memory for a buffer");
        }
        return chunk;
    }

    /**
     * A chunk, or null if there is no memory at the moment. Does not wait.
     *
     * @param first whether the caller can do nothing without it: the chunk then counts for the limit of memory, but
     *     may exceed it
     */
    @Nullable
    Chunk poll(boolean first) {
        Chunk chunk = unused.poll();
        if (chunk == null) {
            MemorySegment fresh = first ? memory.allocate(Chunk.SIZE) : memory.allocateWithin(Chunk.SIZE);
            return fresh == null ? null : new Chunk(fresh);
        }
        kept.decrementAndGet();
        chunk.bytes.clear();
        return chunk;
    }

    void give(Chunk chunk) {
        if (kept.incrementAndGet() <= MOST_KEPT) {
            unused.add(chunk);
        } else {
            kept.decrementAndGet();
        }
    }
}
