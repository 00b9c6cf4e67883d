package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.cli.batch.WholeLines;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.CallersPath;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.RawText;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.PseudoTerminal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connects the program's streams as the options of {@code leash run} say. By default they are the caller's own.
 * Otherwise the output passes through this process, and the order between standard output and standard error is lost.
 */
final class RunStreams {
    /** The size of a terminal, in characters. */
    record TerminalSize(int columns, int rows) {}

    private static final TerminalSize USUAL_SIZE = new TerminalSize(80, 24);

    private final RunOptions options;
    private final CallersDescriptors descriptors;
    private final Console console;
    private final long startNanos = System.nanoTime();
    private final @Nullable ReentrantLock onePlace;

    RunStreams(RunOptions options, CallersDescriptors descriptors, Console console) {
        this.options = options;
        this.descriptors = descriptors;
        this.console = console;
        this.onePlace = options.prefix() && console.isOnePlace() ? new ReentrantLock() : null;
    }

    /** {@code command} with these streams. */
    Command given(Command command) throws SpawnException {
        Output stdout = output(1, options.stdoutFile(), descriptors.output());
        Command given = command.stdin(stdin()).stdout(stdout);
        given = options.merge()
                ? given.mergeStderr()
                : given.stderr(output(2, options.stderrFile(), descriptors.error()));
        if (options.tty()) {
            TerminalSize own = callersTerminal(descriptors.stdout());
            TerminalSize size = own == null ? USUAL_SIZE : own;
            given = given.terminal(size.columns(), size.rows());
        }
        return given;
    }

    private Stdin stdin() throws SpawnException {
        if (options.tty()) {
            return descriptors.hasOpen(0) ? Stdin.from(new FileInputStream(FileDescriptor.in)) : Stdin.empty();
        }
        String file = options.stdinFile();
        if (file == null) {
            return descriptors.stdin();
        }
        int named = named(file, false);
        return named < 0 ? Stdin.file(RawText.bytes(file)) : CommandAccess.get().stdin(named);
    }

    private Output output(int stream, @Nullable String file, Output callers) throws SpawnException {
        if (file != null) {
            int named = named(file, true);
            if (named >= 0) {
                return CommandAccess.get().output(named);
            }
            return options.append() ? Output.append(RawText.bytes(file)) : Output.file(RawText.bytes(file));
        }
        if (options.json()) {
            return options.capture();
        }
        if (!options.outputPasses() || (!descriptors.hasOpen(stream) && !options.tty())) {
            return callers;
        }
        OutputStream target = stream == 1 ? console.output() : console.error();
        return options.prefix() ? CommandAccess.get().into(prefixed(stream, target)) : Output.to(target);
    }

    /**
     * This process's number for the caller's descriptor that {@code file} names; negative if it is the path of a
     * file.
     */
    private int named(String file, boolean writing) throws SpawnException {
        int number = CallersPath.descriptor(file);
        if (number < 0) {
            return number;
        }
        int own = descriptors.own(number, writing);
        if (own < 0) {
            throw new SpawnException(
                    SpawnException.Kind.REDIRECT,
                    -own,
                    RawText.text(file),
                    "could not start " + RawText.text(options.command().getFirst()) + ": cannot "
                            + (writing ? "write to " : "read from ") + RawText.text(file) + ": "
                            + Errno.named(-own),
                    null);
        }
        return own;
    }

    private OutputStream prefixed(int stream, OutputStream target) {
        String name = stream == 1 ? " out] " : " err] ";
        return new WholeLines(
                text -> {
                    if (onePlace == null) {
                        text.to(target);
                        return;
                    }
                    // A line of one stream must not be written into a line of the other.
                    onePlace.lock();
                    try {
                        text.to(target);
                    } finally {
                        onePlace.unlock();
                    }
                },
                () -> ("[" + seconds() + name).getBytes(StandardCharsets.US_ASCII));
    }

    /** The time since the start, in seconds with milliseconds, in a fixed width that is enough for a night. */
    private String seconds() {
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        String whole = Long.toString(millis / 1000);
        String fraction = Long.toString(1000 + millis % 1000).substring(1);
        return " ".repeat(Math.max(0, 6 - whole.length())) + whole + "." + fraction;
    }

    /** The size of the terminal behind a descriptor; null if it is none. */
    static @Nullable TerminalSize callersTerminal(int fd) {
        int size = PseudoTerminal.size(CallState.create(), fd);
        int columns = size >>> 16;
        int rows = size & 0xffff;
        return size < 0 || columns == 0 || rows == 0 ? null : new TerminalSize(columns, rows);
    }
}
