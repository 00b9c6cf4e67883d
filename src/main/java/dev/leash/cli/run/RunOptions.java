package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.cli.io.RawText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command line of {@code leash run} asks for. All text in it is {@link RawText}.
 *
 * @param command the program and its arguments
 * @param described the same with all that the options say of its run, but for its streams and its environment
 * @param timeoutText as given
 * @param graceNanos how long what was asked to end may take; 0 if that was not given
 * @param watched whether leash has to see the output though it only passes it on
 * @param capture of each stream, in JSON
 * @param stdinFile null for the caller's standard input; likewise the others
 * @param append whether those files are written at their ends
 * @param elsewhere whether it starts in another directory than the caller's
 * @param environment assignments, each {@code NAME=VALUE}
 */
record RunOptions(
        List<String> command,
        Command described,
        String timeoutText,
        long graceNanos,
        boolean watched,
        boolean merge,
        Output capture,
        @Nullable String stdinFile,
        @Nullable String stdoutFile,
        @Nullable String stderrFile,
        boolean append,
        boolean tty,
        boolean prefix,
        boolean elsewhere,
        List<String> environment,
        boolean json,
        boolean quiet) {
    /** Whether what the program writes passes through this process while it runs. */
    boolean outputPasses() {
        return prefix || tty || watched;
    }
}
