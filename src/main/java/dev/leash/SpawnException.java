package dev.leash;

import dev.leash.internal.sys.Errno;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command could not be started. It is thrown by the call that was to start it, and nothing is left: no process, no
 * descriptor. The message says what failed, which path it is about, and the errno by name.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="tell"}
 */
public final class SpawnException extends IOException {
    private static final long serialVersionUID = 1;

    /** What it was that failed. */
    public enum Kind {
        /** No such program. For a name without a slash: none in the PATH of the child's environment. */
        NOT_FOUND,
        /** The file is there and must not be executed, is open for writing, or is in no format that can be executed. */
        NOT_EXECUTABLE,
        /** The program is a directory. */
        IS_DIRECTORY,
        /** The file is there, but not the interpreter that its first line names, or the loader of the binary. */
        BAD_INTERPRETER,
        /** The directory to start in is missing, no directory, or must not be entered. */
        DIRECTORY,
        /**
         * A file to read from or to write to could not be opened. If it is a FIFO, or on a file system that does not answer,
         * the errno also tells why it was waited for no longer: {@code ETIMEDOUT}, the command's timeout was over; {@code
         * EINTR}, the thread was interrupted; {@code ECANCELED}, the supervisor or the batch was closed.
         */
        REDIRECT,
        /** One argument or variable, or all together, is longer than the kernel takes; see execve(2). */
        ARGUMENTS_TOO_LONG,
        /** An argument, a variable or a path holds a NUL, which no program can be given. */
        INVALID_ARGUMENT,
        /** No descriptor, no process or no memory is left. */
        LIMIT,
        /**
         * A limit, the niceness, the processors, the OOM score or the umask could not be set: the message says which, and the
         * errno why. Mostly it is EPERM or EACCES: only root may raise them beyond what the JVM has.
         */
        SETTING,
        /** The {@link Containment} or a limit of it is not to be had here: the message says which file or right is missing. */
        CONTAINMENT,
        /** Anything else: see the errno. */
        OTHER
    }

    private final Kind kind;
    private final int errno;
    private final String path;
    private final @Nullable Cause givenUp;

    /**
     * For Leash itself, and for tests of what handles it.
     *
     * @param kind what it was that failed
     * @param errno the error's number, see errno(3)
     * @param path what the error is about
     * @param message what people are told
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

    /** What it was that failed. */
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

    /** What the error is about: the program, the directory, or the file. The program as given, if it was not found. */
    public String path() {
        return path;
    }

    /**
     * Why a start was given up that had to wait for the other end of a FIFO, or for a file system that does not answer:
     * {@link Cause#TIMED_OUT}; {@link Cause#CANCELLED}, also by an interrupt of the thread; or {@link Cause#CLOSED}. Empty if
     * the start has failed by itself.
     */
    public Optional<Cause> givenUp() {
        return Optional.ofNullable(givenUp);
    }
}
