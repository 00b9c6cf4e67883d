package dev.leash.internal.io;

import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chunks that nobody uses at the moment. Idle children hold none; the pool keeps what a few hundred busy ones had, the rest
 * goes to the garbage collector. For any thread.
 */
public final class ChunkPool {
    private static final int MOST_KEPT = 256;

    private final ConcurrentLinkedQueue<Chunk> unused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    Chunk take() {
        Chunk chunk = unused.poll();
        if (chunk == null) {
            return new Chunk(Arena.ofAuto().allocate(Chunk.SIZE));
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
