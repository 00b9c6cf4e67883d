package dev.leash.internal.spawn;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A program could not be started; nothing of it is left. */
public final class SpawnFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** What it was that failed. */
    public enum Kind {
        NOT_FOUND,
        NOT_EXECUTABLE,
        IS_DIRECTORY,
        BAD_INTERPRETER,
        DIRECTORY,
        REDIRECT,
        ARGUMENTS_TOO_LONG,
        INVALID_ARGUMENT,
        LIMIT,
        SETTING,
        CONTAINMENT,
        OTHER
    }

    private final Kind kind;
    private final int errno;
    private final byte[] path;
    private final Patience.@Nullable End givenUp;

    /**
     * @param errno the error's number
     * @param path what the error is about: the program, the directory, or the program as given
     */
    public SpawnFailure(Kind kind, int errno, byte[] path, String message) {
        this(kind, errno, path, message, null);
    }

    /**
     * Also of a start that has waited for somebody.
     *
     * @param givenUp why it waits no longer
     */
    public SpawnFailure(Kind kind, int errno, byte[] path, String message, Patience.@Nullable End givenUp) {
        super(message);
        this.givenUp = givenUp;
        this.kind = kind;
        this.errno = errno;
        this.path = path.clone();
    }

    public Kind kind() {
        return kind;
    }

    public int errno() {
        return errno;
    }

    /** Of a start that has failed by {@code cause}, which its caller gets to see. */
    public static SpawnFailure by(Throwable cause, Kind kind, int errno, byte[] path, String message) {
        SpawnFailure failure = new SpawnFailure(kind, errno, path, message);
        failure.initCause(cause);
        return failure;
    }

    /** Why the start was given up, if it had to wait for somebody. */
    public Patience.@Nullable End givenUp() {
        return givenUp;
    }

    public byte[] path() {
        return path.clone();
    }

    /** Bytes of the operating system as text for people, to whom control characters are shown: often they are the error. */
    static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        new String(bytes, StandardCharsets.UTF_8).codePoints().forEach(c -> {
            if (!Character.isISOControl(c)) {
                text.appendCodePoint(c);
            } else if (c == '\r') {
                text.append("\\r");
            } else if (c == '\n') {
                text.append("\\n");
            } else if (c == '\t') {
                text.append("\\t");
            } else {
                text.append(String.format("\\x%02x", c));
            }
        });
        return text.toString();
    }
}
