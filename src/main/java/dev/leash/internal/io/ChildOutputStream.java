package dev.leash.internal.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A child's input as a stream. Nothing is held back, so flush has nothing to do. A write parks while the child does not
 * read, without pinning the carrier of a virtual thread. For one thread at a time.
 */
public final class ChildOutputStream extends OutputStream {
    private final InputQueue flow;
    private boolean closed;

    public ChildOutputStream(InputQueue flow) {
        this.flow = flow;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (closed) {
            throw new IOException("Stream closed");
        }
        flow.write(ByteBuffer.wrap(source, offset, length));
    }

    /** The child reads what was written, and then the end of file. */
    @Override
    public void close() {
        closed = true;
        flow.close();
    }
}
