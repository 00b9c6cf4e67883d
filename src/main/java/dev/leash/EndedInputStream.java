package dev.leash;

import java.io.InputStream;

/** At its end from the beginning, also when it is closed: what a {@link Process} has where its output goes elsewhere. */
final class EndedInputStream extends InputStream {
    @Override
    public int read() {
        return -1;
    }
}
