package dev.leash.cli;

import dev.leash.internal.contain.Containment;
import dev.leash.internal.contain.LeaderOnly;
import dev.leash.internal.io.Input;
import dev.leash.internal.io.Output;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spawn.SpawnFailure;
import dev.leash.internal.supervise.Engine;
import dev.leash.internal.supervise.Run;
import dev.leash.internal.supervise.RunSpec;
import dev.leash.internal.supervise.StageSpec;
import dev.leash.internal.supervise.StageSpec.TerminalSize;
import dev.leash.internal.supervise.StopStep;
import dev.leash.internal.sys.SpawnAttributes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the caller's terminal and that of a program with {@code --tty}: every key goes to the program as it is
 * typed, Ctrl-C included, and the program's terminal has the size of the caller's. It is stty(1) that changes the caller's
 * terminal, and puts it back.
 */
final class TerminalBridge {
    static final int SIGWINCH = 28;

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final int stdout;
    private @Nullable Engine engine;
    private @Nullable String saved;

    private TerminalBridge(int stdout) {
        this.stdout = stdout;
    }

    /** Null if standard input is not a terminal. */
    static @Nullable TerminalBridge of(int stdout) {
        return RunStreams.callersTerminal(0) == null ? null : new TerminalBridge(stdout);
    }

    void enter(Engine engine) throws InterruptedException {
        this.engine = engine;
        saved = stty(engine, "-g");
        if (saved != null) {
            String ignored = stty(engine, "raw", "-echo");
        }
    }

    void leave() throws InterruptedException {
        if (engine != null && saved != null) {
            String ignored = stty(engine, saved);
        }
    }

    /** On SIGWINCH. */
    void resized(Run run) {
        TerminalSize size = RunStreams.callersTerminal(stdout);
        if (size != null) {
            CompletableFuture<Boolean> ignored = run.resize(size.columns(), size.rows());
        }
    }

    /** What stty has printed; null if it could not be run, and then the terminal stays as it is. */
    private static @Nullable String stty(Engine engine, String... arguments) throws InterruptedException {
        List<byte[]> command = new ArrayList<>();
        command.add("stty".getBytes(StandardCharsets.US_ASCII));
        for (String argument : arguments) {
            command.add(argument.getBytes(StandardCharsets.US_ASCII));
        }
        StageSpec stty = new StageSpec(
                command,
                ChildEnvironment.INHERITED,
                new Directory.Inherited(),
                StageSpec.inputs(new Input.Inherited()),
                StageSpec.outputs(new Output.Captured(4096, Output.Keep.HEAD), new Output.Discarded()),
                null,
                // In the group of this process: from the background it could not change the terminal.
                SpawnAttributes.create(false, true, 0),
                ProcessSettings.NONE);
        RunSpec spec = new RunSpec(
                List.of(stty),
                PATIENCE_NANOS,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                List.of(new StopStep(StopStep.SIGKILL, 0)),
                true,
                PATIENCE_NANOS,
                (Containment.Factory) LeaderOnly::new);
        try {
            byte[] printed = engine.start(spec).outcome().get().captured(1);
            return new String(printed, StandardCharsets.US_ASCII).strip();
        } catch (SpawnFailure | ExecutionException e) {
            return null;
        }
    }
}
