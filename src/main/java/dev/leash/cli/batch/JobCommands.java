package dev.leash.cli.batch;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.io.RawText;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Makes the commands of the jobs. For one thread. */
final class JobCommands {
    private static final StopPlan TERM_THEN_KILL =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(2)).kill();

    /** With --json, for each stream: half from its start, half from its end. */
    private static final Output CAPTURED = Output.captureEnds(256 << 10);

    private final CommandAccess access = CommandAccess.get();
    private final BatchOptions options;
    private final CallerContext caller;
    private final SpawnAttributes signals;
    private final BatchScreen screen;
    private final Consumer<IOException> broken;

    /** @param broken called on a thread of a job if its output cannot be written */
    JobCommands(BatchOptions options, CallerContext caller, BatchScreen screen, Consumer<IOException> broken) {
        this.options = options;
        this.caller = caller;
        this.signals = caller.signalsOfGroup();
        this.screen = screen;
        this.broken = broken;
    }

    Command of(BatchJob job) {
        Command command = caller.given(
                        Command.ofBytes(RawText.bytes(job.arguments())),
                        caller.environmentWith(job.environment()),
                        signals)
                .stopPlan(TERM_THEN_KILL)
                .stdin(job.stdin().length == 0 ? Stdin.empty() : Stdin.bytes(job.stdin()));
        long timeout = job.timeoutNanos() == 0 ? options.timeoutNanos() : job.timeoutNanos();
        if (timeout != Long.MAX_VALUE) {
            command = command.timeout(Duration.ofNanos(timeout));
        }
        String directory = job.directory();
        if (directory != null) {
            command = command.directory(RawText.bytes(directory));
        } else if (caller.deletedDirectory() >= 0) {
            command = access.directory(command, caller.deletedDirectory());
        }
        return options.json()
                ? command.stdout(CAPTURED).stderr(CAPTURED)
                : command.stdout(access.into(screen.lines(false, broken)))
                        .stderr(access.into(screen.lines(true, broken)));
    }
}
