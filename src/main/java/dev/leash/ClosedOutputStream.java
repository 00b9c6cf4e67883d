package dev.leash;

import java.io.IOException;
import java.io.OutputStream;

/** Refuses every write: the input stream of a {@link Process} whose program does not read from a pipe of the caller. */
final class ClosedOutputStream extends OutputStream {
    @Override
    public void write(int value) throws IOException {
        throw new IOException("Stream closed");
    }
}
