package dev.leash;

import dev.leash.internal.sys.Errno;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command could not be started. The call that was to start it throws this, and leaves no process and no descriptor.
 * The message says what failed, which path was concerned, and the errno by name.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="tell"}
 */
public final class SpawnException extends IOException {
    private static final long serialVersionUID = 1;

    /** What failed. */
    public enum Kind {
        /** No such program. For a name without a slash: none in the PATH of the child's environment. */
        NOT_FOUND,
        /**
         * The file exists, but permissions forbid its execution, it is open for writing, or its format is not
         * executable.
         */
        NOT_EXECUTABLE,
        /** The program is a directory. */
        IS_DIRECTORY,
        /** The file exists, but not the interpreter that its first line names, or the loader of the binary. */
        BAD_INTERPRETER,
        /** The directory to start in is missing, is no directory, or may not be entered. */
        DIRECTORY,
        /**
         * A file to read from or to write to could not be opened. If it is a FIFO, or on a file system that does not
         * answer, the errno also tells why the wait ended: {@code ETIMEDOUT}, the command's timeout was over; {@code
         * EINTR}, the thread was interrupted; {@code ECANCELED}, the supervisor or the batch was closed.
         */
        REDIRECT,
        /** One argument or variable, or all together, is longer than the kernel takes; see execve(2). */
        ARGUMENTS_TOO_LONG,
        /** An argument, a variable or a path contains a NUL, which cannot be passed to a program. */
        INVALID_ARGUMENT,
        /** No descriptor, no process or no memory is left. */
        LIMIT,
        /**
         * A limit, the niceness, the processors, the OOM score or the umask could not be set: the message says which,
         * and the errno why. The usual errno is EPERM or EACCES: only root may raise them beyond the JVM's own.
         */
        SETTING,
        /**
         * The {@link Containment} or a limit of it is not available here: the message says which file or right is
         * missing.
         */
        CONTAINMENT,
        /** Anything else: see the errno. */
        OTHER
    }

    private final Kind kind;
    private final int errno;
    private final String path;
    private final @Nullable Cause givenUp;

    /**
     * For Leash itself, and for tests of code that handles it.
     *
     * @param kind what failed
     * @param errno the error's number, see errno(3)
     * @param path the path that the error concerns
     * @param message the message for people
     * @param givenUp see {@link #givenUp}, or null
     */
    public SpawnException(Kind kind, int errno, String path, String message, @Nullable Cause givenUp) {
        super(message);
        this.kind = kind;
        this.errno = errno;
        this.path = path;
        this.givenUp = givenUp;
    }

    /** Whether the start was given up because its thread was interrupted. */
    boolean isInterruption() {
        return givenUp == Cause.CANCELLED && errno == Errno.EINTR;
    }

    /** What failed. */
    public Kind kind() {
        return kind;
    }

    /** The error's number, see errno(3). */
    public int errno() {
        return errno;
    }

    /** The error's name, such as {@code ENOENT}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    /**
     * The path that the error concerns: the program, the directory, or the file. The program as given, if it was not
     * found.
     */
    public String path() {
        return path;
    }

    /**
     * Why the start stopped waiting for the other end of a FIFO, or for a file system that does not answer: {@link
     * Cause#TIMED_OUT}; {@link Cause#CANCELLED}, also by an interrupt of the thread; or {@link Cause#CLOSED}. Empty
     * if the start failed for another reason.
     */
    public Optional<Cause> givenUp() {
        return Optional.ofNullable(givenUp);
    }
}
