package dev.leash;

import dev.leash.internal.run.Ending;
import java.nio.charset.StandardCharsets;

/**
 * The outcome of one program of a run. Immutable.
 *
 * {@snippet class="dev.leash.examples.Pipeline" region="pipeline"}
 */
public final class StageResult {
    private static final byte[] NOTHING = {};

    private final Command command;
    private final Ending.Stage stage;

    StageResult(Command command, Ending.Stage stage) {
        this.command = command;
        this.stage = stage;
    }

    /** The program, as a command of its own. */
    public Command command() {
        return command;
    }

    /** The process id that it had. It may belong to another process by now. */
    public long pid() {
        return stage.pid();
    }

    /** How it ended. A program in a pipeline whose reader has gone usually ends by SIGPIPE. */
    public ExitStatus status() {
        return stage.status();
    }

    /** Its captured standard error as UTF-8; empty if it was not captured. */
    public String stderr() {
        return new String(stage.captured().getOrDefault(2, NOTHING), StandardCharsets.UTF_8);
    }

    /** How many bytes of its standard error were dropped. See {@link Result#outputDropped}. */
    public long stderrDropped() {
        return stage.dropped().getOrDefault(2, 0L);
    }

    /** What it used; zeros if its {@link #status()} is not known. */
    public Usage usage() {
        return stage.usage();
    }
}
