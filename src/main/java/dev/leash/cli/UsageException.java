package dev.leash.cli;

/** The command line makes no sense. The message is {@link RawText}: it may quote the command line. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
