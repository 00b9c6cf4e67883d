package dev.leash;

import java.io.InputStream;

/** Always at its end, also after it is closed: the output stream of a {@link Process} whose output goes elsewhere. */
final class EndedInputStream extends InputStream {
    @Override
    public int read() {
        return -1;
    }
}
