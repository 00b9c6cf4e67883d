package dev.leash.cli.io;

/** The exit statuses that are Leash's own, the same as those of env(1), nohup(1) and timeout(1). */
public final class ExitCodes {
    public static final int TIMED_OUT = 124;
    /** Leash itself has failed, or the command line is wrong. */
    public static final int FAILED = 125;
    /** The program was found and could not be executed. */
    public static final int NOT_EXECUTABLE = 126;

    public static final int NOT_FOUND = 127;
    /** Added to a signal's number, as shells do. */
    public static final int SIGNALED = 128;

    private ExitCodes() {}
}
