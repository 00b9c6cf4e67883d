package dev.leash.cli.io;

import dev.leash.internal.sys.Errno;
import java.io.IOException;

/** Leash could not write to one of its standard streams. */
public final class LostOutputException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /** @param stream its name, for the message */
    LostOutputException(String stream, int errno) {
        super("cannot write " + stream + ": " + Errno.named(errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    /** Whether the reader has closed the pipe, which is no error: a filter then ends by SIGPIPE, without a message. */
    public boolean readerIsGone() {
        return errno == Errno.EPIPE;
    }
}
