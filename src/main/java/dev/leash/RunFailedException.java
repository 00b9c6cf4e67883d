package dev.leash;

import java.io.IOException;

/**
 * A run did not end of its own accord with exit code 0, or one that was accepted. Thrown by {@link Result#orThrow()} and
 * {@link Result#orThrow(int...)} only. The message is
 * {@link Result#toString()}, followed by the end of standard error where that was captured: its last lines, in at
 * most {@value #LONGEST_END} characters, with control characters shown as escapes. The cause is the exception of a
 * consumer of output or a source of input, see {@link Result#failure()}; null if there is none.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="demand"}
 */
public final class RunFailedException extends IOException {
    private static final long serialVersionUID = 1;

    /** Some twenty lines: a program's error is at the end of its output, and messages are stored and passed on. */
    private static final int LONGEST_END = 2_000;

    private final transient Result result;

    RunFailedException(Result result) {
        super(message(result), result.failure().orElse(null));
        this.result = result;
    }

    private static String message(Result result) {
        String complaint = TextEnd.of(result.complaint(), LONGEST_END);
        return complaint.isEmpty() ? result.toString() : result + "\n" + complaint;
    }

    /** The whole result, with the output. Null in an exception that was deserialized. */
    public Result result() {
        return result;
    }
}
