package dev.leash.internal.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/** A child's input as a channel: each write hands over all that remains. Parks as {@link ChildOutputStream} does. */
public final class ChildWritableChannel implements WritableByteChannel {
    private final InputQueue flow;
    private volatile boolean open = true;

    public ChildWritableChannel(InputQueue flow) {
        this.flow = flow;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        int count = source.remaining();
        try {
            flow.write(source);
        } catch (InterruptedIOException e) {
            close();
            ClosedByInterruptException closed = new ClosedByInterruptException();
            closed.initCause(e);
            throw closed;
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return open && flow.isOpen();
    }

    @Override
    public void close() {
        open = false;
        flow.close();
    }
}
