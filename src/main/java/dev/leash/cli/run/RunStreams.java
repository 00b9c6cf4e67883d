package dev.leash.cli.run;

import dev.leash.SpawnException;
import dev.leash.cli.batch.WholeLines;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.CallersPath;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.RawText;
import dev.leash.internal.io.ChunkConsumer;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.SpawnErrors;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.ProgramSpec.TerminalSize;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.PseudoTerminal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the options of {@code leash run} lead the program's streams. As long as nothing else is asked for they are the
 * caller's own; else the output passes through this process, and standard output and error keep their order each for
 * itself only.
 */
final class RunStreams {
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

    private InputSource stdin() throws SpawnException {
        String file = options.stdinFile();
        if (file != null && !options.tty()) {
            int named = named(file, false);
            return named < 0 ? new InputSource.File(RawText.bytes(file)) : new InputSource.Descriptor(named);
        }
        InputSource callers = descriptors.childsInput();
        if (options.tty() && callers instanceof InputSource.Inherited) {
            return new InputSource.Streamed(new FileInputStream(FileDescriptor.in));
        }
        return options.tty() ? new InputSource.Empty() : callers;
    }

    void addTo(ProgramSpec.Builder program) throws SpawnException {
        descriptors.childsInputs(stdin()).forEach(program::input);
        OutputTarget stderr = options.merge()
                ? new OutputTarget.Merged()
                : output(2, options.stderrFile(), descriptors.childsError());
        program.stdout(output(1, options.stdoutFile(), descriptors.childsOutput()))
                .stderr(stderr)
                .terminal(terminal());
    }

    private OutputTarget output(int stream, @Nullable String file, OutputTarget callers) throws SpawnException {
        if (file != null) {
            int named = named(file, true);
            return named < 0
                    ? new OutputTarget.File(RawText.bytes(file), options.append())
                    : new OutputTarget.Descriptor(named);
        }
        if (options.json()) {
            return new OutputTarget.Captured(options.outputLimit(), options.keep());
        }
        if (!options.outputPasses() || (callers instanceof OutputTarget.Closed && !options.tty())) {
            return callers;
        }
        OutputStream target = stream == 1 ? console.output() : console.error();
        return new OutputTarget.Consumed(() -> options.prefix() ? prefixed(stream, target) : copied(target));
    }

    /** Our descriptor for that of the caller's that {@code file} names; negative if it is the path of a file. */
    private int named(String file, boolean writing) throws SpawnException {
        int number = CallersPath.descriptor(file);
        if (number < 0) {
            return number;
        }
        int own = descriptors.own(number, writing);
        if (own < 0) {
            throw SpawnErrors.of(
                    SpawnException.Kind.REDIRECT,
                    -own,
                    RawText.bytes(file),
                    "could not start " + RawText.text(options.command().getFirst()) + ": cannot "
                            + (writing ? "write to " : "read from ") + RawText.text(file) + ": "
                            + Errno.description(-own) + " (" + Errno.name(-own) + ")");
        }
        return own;
    }

    private ChunkConsumer copied(OutputStream target) {
        return new ChunkConsumer() {
            @Override
            public void accept(ByteBuffer bytes) throws IOException {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                target.write(copy);
            }

            @Override
            public void end() {}
        };
    }

    private ChunkConsumer prefixed(int stream, OutputStream target) {
        String name = stream == 1 ? " out] " : " err] ";
        return new WholeLines(
                text -> {
                    if (onePlace == null) {
                        text.to(target);
                        return;
                    }
                    // Neither stream's line comes into one of the other's.
                    onePlace.lock();
                    try {
                        text.to(target);
                    } finally {
                        onePlace.unlock();
                    }
                },
                () -> ("[" + seconds() + name).getBytes(StandardCharsets.US_ASCII));
    }

    /** Since the start, in seconds with milliseconds: as wide for a night as for a moment. */
    private String seconds() {
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        String whole = Long.toString(millis / 1000);
        String fraction = Long.toString(1000 + millis % 1000).substring(1);
        return " ".repeat(Math.max(0, 6 - whole.length())) + whole + "." + fraction;
    }

    /** The size of the terminal that the program gets: that of the caller's, if he has one. */
    @Nullable
    TerminalSize terminal() {
        if (!options.tty()) {
            return null;
        }
        TerminalSize own = callersTerminal(descriptors.stdout());
        return own == null ? USUAL_SIZE : own;
    }

    /** The size of the terminal behind a descriptor; null if it is none. */
    static @Nullable TerminalSize callersTerminal(int fd) {
        int size = PseudoTerminal.size(CallState.create(), fd);
        int columns = size >>> 16;
        int rows = size & 0xffff;
        return size < 0 || columns == 0 || rows == 0 ? null : new TerminalSize(columns, rows);
    }
}
