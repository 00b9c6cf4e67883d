package dev.leash.internal.logfile;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file that lines are written to. For one thread at a time, which is not interrupted. */
interface LogTarget {
    /**
     * Writes some of {@code bytes}, at least one.
     *
     * @param patient whether to wait a while for the reader of a pipe; a regular file has none
     */
    void write(ByteBuffer bytes, boolean patient) throws IOException;

    /** Whether the file ends within a line, as one may that was cut short by a full disk. */
    boolean endsWithinLine();

    void close();
}
