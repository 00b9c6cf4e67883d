package dev.leash.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Output of a child as a stream. A read without data parks the thread, without pinning the carrier of a virtual one,
 * and may be interrupted. For one thread at a time, except that another may close it.
 */
public final class ChildInputStream extends InputStream {
    private final OutputQueue flow;
    private @Nullable Chunk current;
    private volatile boolean closed;

    public ChildInputStream(OutputQueue flow) {
        this.flow = flow;
    }

    @Override
    public int read() throws IOException {
        Chunk chunk = next();
        return chunk == null ? -1 : chunk.bytes.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        Chunk chunk = next();
        if (chunk == null) {
            return -1;
        }
        int count = Math.min(length, chunk.bytes.remaining());
        chunk.bytes.get(target, offset, count);
        return count;
    }

    /** The chunk to read from, or null at the end. */
    private @Nullable Chunk next() throws IOException {
        if (closed) {
            throw new IOException("Stream closed");
        }
        Chunk chunk = current;
        if (chunk != null && !chunk.bytes.hasRemaining()) {
            current = null;
            flow.release(chunk);
            chunk = null;
        }
        if (chunk == null) {
            chunk = flow.take();
            current = chunk;
        }
        return chunk;
    }

    @Override
    public int available() throws IOException {
        if (closed) {
            throw new IOException("Stream closed");
        }
        Chunk chunk = current;
        flow.ask();
        return chunk != null && chunk.bytes.hasRemaining() ? chunk.bytes.remaining() : flow.available();
    }

    /** The child's next write fails with EPIPE. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            flow.close();
        }
    }
}
