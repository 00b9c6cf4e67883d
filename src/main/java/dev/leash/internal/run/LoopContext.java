package dev.leash.internal.run;

import dev.leash.internal.io.ChunkPool;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.EventLoop;

/**
 * A loop, and what all runs on it use one after the other. For the thread that turns the loop.
 *
 * @param buffer that output is read into where nothing has to be kept
 * @param pool of chunks that go to other threads
 */
public record LoopContext(EventLoop loop, SharedBuffer buffer, ChunkPool pool) {
    /** Of a loop that has no run yet. */
    public static LoopContext of(EventLoop loop) {
        return new LoopContext(loop, new SharedBuffer(), new ChunkPool());
    }
}
