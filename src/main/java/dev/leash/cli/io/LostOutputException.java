package dev.leash.cli.io;

import dev.leash.internal.sys.Errno;
import java.io.IOException;

/** What leash was to write to one of its standard streams could not be written. */
public final class LostOutputException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /** @param stream which one, for people */
    LostOutputException(String stream, int errno) {
        super("cannot write " + stream + ": " + Errno.description(errno) + " (" + Errno.name(errno) + ")");
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    /** Whether nobody reads any more, which is no fault: a filter ends of SIGPIPE then, without a word. */
    public boolean nobodyReads() {
        return errno == Errno.EPIPE;
    }
}
