package dev.leash.internal.io;

import org.jspecify.annotations.Nullable;

/** Turns the chunks of a stream into items. For one thread. */
public interface ItemSource<T> {
    /** The next item that is complete without another chunk, or null. */
    @Nullable
    T poll();

    /** Takes the bytes of a chunk, which is given back afterwards. */
    void accept(java.nio.ByteBuffer bytes);

    /** There are no more chunks. Items may still be left. */
    void end();
}
