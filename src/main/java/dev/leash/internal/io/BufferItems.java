package dev.leash.internal.io;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Each chunk as a buffer that its receiver may keep. */
public final class BufferItems implements ItemSource<ByteBuffer> {
    private @Nullable ByteBuffer next;

    @Override
    public @Nullable ByteBuffer poll() {
        ByteBuffer item = next;
        next = null;
        return item;
    }

    @Override
    public void accept(ByteBuffer bytes) {
        next = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    @Override
    public void end() {}
}
