package dev.leash.cli;

/** The exit statuses that are Leash's own, the same as those of env(1), nohup(1) and timeout(1). */
final class ExitCodes {
    static final int TIMED_OUT = 124;
    /** Leash itself has failed, or was used wrongly. */
    static final int FAILED = 125;
    /** The program was found and could not be executed. */
    static final int NOT_EXECUTABLE = 126;

    static final int NOT_FOUND = 127;
    /** Added to a signal's number, as shells do. */
    static final int SIGNALED = 128;

    private ExitCodes() {}
}
