package dev.leash.internal.spawn;

import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes a {@link SpawnException} from the bytes of the operating system. */
public final class SpawnErrors {
    private SpawnErrors() {}

    /**
     * Of a start that has failed by itself.
     *
     * @param errno the error's number
     * @param path what the error is about: the program, the directory, or the program as given
     */
    public static SpawnException of(Kind kind, int errno, byte[] path, String message) {
        return givenUp(null, kind, errno, path, message);
    }

    /** Of a start that has failed by {@code cause}, which its caller gets to see. */
    public static SpawnException by(Throwable cause, Kind kind, int errno, byte[] path, String message) {
        SpawnException failure = of(kind, errno, path, message);
        failure.initCause(cause);
        return failure;
    }

    /** Of a start that had to wait and waits no longer, because of {@code end}; null if it has failed by itself. */
    public static SpawnException givenUp(
            Patience.@Nullable End end, Kind kind, int errno, byte[] path, String message) {
        return new SpawnException(
                kind, errno, new String(path, StandardCharsets.UTF_8), message, end == null ? null : end.cause());
    }

    /** The same, of another thread that this one has had start: whose start it was is in the trace of this one. */
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
