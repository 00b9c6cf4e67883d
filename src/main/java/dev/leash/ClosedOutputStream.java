package dev.leash;

import java.io.IOException;
import java.io.OutputStream;

/** Takes nothing: what a {@link Process} has where its program's input comes from elsewhere. */
final class ClosedOutputStream extends OutputStream {
    @Override
    public void write(int value) throws IOException {
        throw new IOException("Stream closed");
    }
}
