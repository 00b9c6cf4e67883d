package dev.leash.cli.bench;

import dev.leash.Containment;
import dev.leash.bench.Metric;
import dev.leash.bench.Parameter;
import dev.leash.cli.io.RawText;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command line of {@code leash bench}. All text in it is {@link RawText}.
 *
 * @param maxRuns {@link Integer#MAX_VALUE} for any number
 * @param prepare empty, one for all commands, or one for each
 * @param conclude likewise
 * @param names no more than there are commands
 * @param pin processors; empty for all
 * @param metrics those that were asked for
 * @param timeout null for none
 * @param containment null for that of a command, a process group
 * @param seed null for a new one
 * @param compare the file of an earlier bench; null for none
 * @param failIfSlower by which part, such as 0.05; null if that is no failure
 */
record BenchOptions(
        List<String> commands,
        int warmup,
        int minRuns,
        int maxRuns,
        Duration minTime,
        @Nullable String setup,
        List<String> prepare,
        List<String> conclude,
        @Nullable String cleanup,
        List<Parameter> parameters,
        List<String> names,
        boolean shell,
        int[] pin,
        List<Metric> metrics,
        @Nullable Duration timeout,
        boolean ignoreFailure,
        boolean showOutput,
        @Nullable Containment containment,
        @Nullable Long seed,
        @Nullable String compare,
        @Nullable Double failIfSlower,
        Files files) {
    /** Where the results are written; null where they are not. */
    record Files(
            @Nullable String json,
            @Nullable String csv,
            @Nullable String markdown,
            @Nullable String raw,
            @Nullable String html) {}
}
