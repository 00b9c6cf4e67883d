package dev.leash.internal.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** Output of a child as a channel: each read waits for at least one byte. Parks as {@link ChildInputStream} does. */
public final class ChildReadableChannel implements ReadableByteChannel {
    private final OutputQueue flow;
    private @Nullable Chunk current;
    private volatile boolean open = true;

    public ChildReadableChannel(OutputQueue flow) {
        this.flow = flow;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        Chunk chunk = current;
        if (chunk == null) {
            try {
                chunk = flow.take();
            } catch (InterruptedIOException e) {
                close();
                ClosedByInterruptException closed = new ClosedByInterruptException();
                closed.initCause(e);
                throw closed;
            }
            if (chunk == null) {
                if (!open) {
                    throw new AsynchronousCloseException();
                }
                return -1;
            }
        }
        ByteBuffer bytes = chunk.bytes;
        int count = Math.min(target.remaining(), bytes.remaining());
        target.put(target.position(), bytes, bytes.position(), count);
        target.position(target.position() + count);
        bytes.position(bytes.position() + count);
        if (bytes.hasRemaining()) {
            current = chunk;
        } else {
            current = null;
            flow.release(chunk);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            flow.close();
        }
    }
}
