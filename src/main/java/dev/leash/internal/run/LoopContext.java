package dev.leash.internal.run;

import dev.leash.internal.io.ChunkPool;
import dev.leash.internal.loop.EventLoop;

/**
 * A loop, and what its runs share. For any thread.
 *
 * @param pool the chunks that go to other threads
 */
public record LoopContext(EventLoop loop, ChunkPool pool) {
    /** The context of a loop that has no run yet. */
    public static LoopContext of(EventLoop loop) {
        return new LoopContext(loop, new ChunkPool());
    }
}
