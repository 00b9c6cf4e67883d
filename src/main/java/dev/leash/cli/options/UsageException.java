package dev.leash.cli.options;

import dev.leash.cli.io.RawText;

/** The command line is wrong. The message is {@link RawText}: it may quote the command line. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
