package dev.leash.cli;

import dev.leash.internal.supervise.StopStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command line of {@code leash run} asks for. All text in it is {@link RawText}.
 *
 * @param timeoutNanos {@link Long#MAX_VALUE} for none
 * @param timeoutText as given
 * @param graceNanos how long what was asked to end may take; 0 if that was not given
 * @param outputLimit bytes of each stream
 * @param directory null for the caller's
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
        @Nullable String directory,
        List<String> environment,
        boolean json,
        boolean quiet,
        List<String> command) {}
