package dev.leash.cli.run;

import dev.leash.cli.io.RawText;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spec.StopStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command line of {@code leash run} asks for. All text in it is {@link RawText}.
 *
 * @param timeoutNanos {@link Long#MAX_VALUE} for none
 * @param timeoutText as given
 * @param graceNanos how long what was asked to end may take; 0 if that was not given
 * @param outputLimit bytes of each stream
 * @param keep which bytes are captured of more than that
 * @param idleNanos {@link Long#MAX_VALUE} for no limit
 * @param stdinFile null for the caller's standard input; likewise the others
 * @param append whether those files are written at their ends
 * @param directory null for the caller's
 * @param settings what the program has otherwise than the caller
 * @param environment assignments, each {@code NAME=VALUE}
 */
record RunOptions(
        long timeoutNanos,
        String timeoutText,
        List<StopStep> stopPlan,
        long graceNanos,
        boolean merge,
        boolean leaveStragglers,
        int outputLimit,
        OutputTarget.Keep keep,
        long idleNanos,
        @Nullable String stdinFile,
        @Nullable String stdoutFile,
        @Nullable String stderrFile,
        boolean append,
        boolean tty,
        boolean prefix,
        @Nullable String directory,
        RunContainment containment,
        ProcessSettings settings,
        List<String> environment,
        boolean json,
        boolean quiet,
        List<String> command) {
    /** Whether what the program writes passes through this process while it runs. */
    boolean outputPasses() {
        return prefix || tty || idleNanos != Long.MAX_VALUE;
    }
}
