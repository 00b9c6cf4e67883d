package dev.leash;

import java.io.IOException;

/**
 * A run did not end with exit code 0 of its own accord. Thrown by {@link Result#orThrow()} only.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="demand"}
 */
public final class RunFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Result result;

    RunFailedException(Result result) {
        super(result.toString());
        this.result = result;
    }

    /** The whole result, with the output. Null in an exception that was deserialized. */
    public Result result() {
        return result;
    }
}
