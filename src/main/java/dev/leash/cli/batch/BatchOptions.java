package dev.leash.cli.batch;

import dev.leash.cli.io.RawText;
import org.jspecify.annotations.Nullable;

/**
 * A command line of {@code leash batch}. All text in it is {@link RawText}.
 *
 * @param parallelism how many jobs at a time
 * @param timeoutNanos of each attempt; {@link Long#MAX_VALUE} for none
 * @param retries how often a job that has failed is run again
 * @param jobLog a file, or null
 * @param resume whether jobs that the log has as done are skipped
 * @param report a file, or null
 * @param source a file, or {@code -}
 */
record BatchOptions(
        int parallelism,
        long timeoutNanos,
        int retries,
        @Nullable String jobLog,
        boolean resume,
        boolean json,
        @Nullable String report,
        String source) {
    boolean fromStdin() {
        return source.equals("-");
    }
}
