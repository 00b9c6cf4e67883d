package dev.leash.internal.spawn;

import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes a {@link SpawnException} from the bytes of the operating system. */
public final class SpawnErrors {
    private SpawnErrors() {}

    /**
     * The exception of a start that has failed by itself.
     *
     * @param errno the error's number
     * @param path what the error is about: the program, the directory, or the program as given
     */
    public static SpawnException of(Kind kind, int errno, byte[] path, String message) {
        return givenUp(null, kind, errno, path, message);
    }

    /** The exception of a start that has failed because of {@code cause}, which becomes its cause. */
    public static SpawnException by(Throwable cause, Kind kind, int errno, byte[] path, String message) {
        SpawnException failure = of(kind, errno, path, message);
        failure.initCause(cause);
        return failure;
    }

    /** The exception of a start whose wait {@code end} has ended; null if the start has failed by itself. */
    public static SpawnException givenUp(
            Patience.@Nullable End end, Kind kind, int errno, byte[] path, String message) {
        return new SpawnException(
                kind, errno, new String(path, StandardCharsets.UTF_8), message, end == null ? null : end.cause());
    }

    /**
     * A copy of {@code other}, which another thread has thrown that did the start for this one: the copy has the
     * stack of this thread.
     */
    public static SpawnException again(SpawnException other) {
        SpawnException failure = new SpawnException(
                other.kind(),
                other.errno(),
                other.path(),
                String.valueOf(other.getMessage()),
                other.givenUp().orElse(null));
        failure.initCause(other);
        return failure;
    }

    /**
     * Bytes of the operating system as text for messages. Control characters are made visible, because often they are
     * the error.
     */
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
