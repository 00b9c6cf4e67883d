package dev.leash.internal.run;

import dev.leash.internal.io.ChunkPool;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.EventLoop;

/**
 * A loop, and what all runs on it share. For the thread that turns the loop.
 *
 * @param buffer that output is read into if it does not have to be kept
 * @param pool the chunks that go to other threads
 */
public record LoopContext(EventLoop loop, SharedBuffer buffer, ChunkPool pool) {
    /** The context of a loop that has no run yet. */
    public static LoopContext of(EventLoop loop) {
        return new LoopContext(loop, new SharedBuffer(), new ChunkPool());
    }
}
