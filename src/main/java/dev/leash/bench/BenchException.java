package dev.leash.bench;

import dev.leash.Result;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bench was ended because something in it has failed. The message says what, of which variant, and how it ended. The
 * cause is the {@link dev.leash.SpawnException} of what could not be started, if that was it.
 */
public final class BenchException extends IOException {
    private static final long serialVersionUID = 1;

    private final Stage stage;
    private final String variant;
    private final transient @Nullable Result result;

    BenchException(Stage stage, String variant, Result result) {
        super(what(stage, variant) + " has failed: " + how(result));
        this.stage = stage;
        this.variant = variant;
        this.result = result;
    }

    BenchException(Stage stage, String variant, IOException cause) {
        super(what(stage, variant) + " could not be started: " + cause.getMessage(), cause);
        this.stage = stage;
        this.variant = variant;
        this.result = null;
    }

    private static String what(Stage stage, String variant) {
        return switch (stage) {
            case SETUP -> "the setup of '" + variant + "'";
            case PREPARE -> "what prepares '" + variant + "'";
            case WARMUP, RUN -> "'" + variant + "'";
            case CONCLUDE -> "what concludes '" + variant + "'";
            case CLEANUP -> "the cleanup of '" + variant + "'";
        };
    }

    /** With the end of what it has written to standard error, if that was captured. */
    private static String how(Result result) {
        try {
            Result ignored = result.orThrow();
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What has failed. */
    public Stage stage() {
        return stage;
    }

    /** The name of the variant whose it was. */
    public String variant() {
        return variant;
    }

    /** How it ended. Empty if it could not be started, and in an exception that was deserialized. */
    public Optional<Result> result() {
        return Optional.ofNullable(result);
    }
}
