package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.cli.io.RawText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command line of {@code leash run}. All text in it is {@link RawText}.
 *
 * @param command the program and its arguments
 * @param described the command with all settings of its run, except its streams and its environment
 * @param timeoutText as given
 * @param graceNanos the time from the stop signal to KILL; 0 if it was not given
 * @param watched whether the output passes through leash even though leash only forwards it
 * @param capture of each stream, in JSON
 * @param stdinFile null for the caller's standard input; likewise the others
 * @param append whether the files are appended to
 * @param elsewhere whether the program starts in another directory than the caller's
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
    /** Whether the program's output passes through this process while it runs. */
    boolean outputPasses() {
        return prefix || tty || watched;
    }
}
