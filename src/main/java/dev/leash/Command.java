package dev.leash;

import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.SpawnFailure;
import dev.leash.internal.supervise.RunSpec;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SpawnAttributes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to run, and under which rules. Immutable: each method that sets something returns a new command, so one can be
 * kept, varied, and started any number of times from any thread.
 *
 * {@snippet :
 * Command build = Command.of("make", "-j8")
 *         .directory(Path.of("/src/project"))
 *         .env("CC", "clang")
 *         .timeout(Duration.ofMinutes(10))
 *         .stopPlan(StopPlan.signal(Signal.INT).then(Duration.ofSeconds(5)).kill());
 * }
 *
 * <p>The program is looked up in the PATH of the environment that the child gets; a name with a slash is a path, which
 * counts from the child's directory if it is relative. Text becomes bytes as UTF-8, whatever the locale; where a program
 * or a file name is in another encoding, there are methods that take bytes.
 */
public final class Command {
    private static final Duration DEFAULT_DRAIN_TIME = Duration.ofSeconds(1);

    private final List<byte[]> arguments;
    private final Environment environment;
    private final byte @Nullable [] directory;
    private final Stdin stdin;
    private final Output stdout;
    private final Output stderr;
    private final long timeoutNanos;
    private final StopPlan stopPlan;
    private final Stragglers stragglers;
    private final long drainNanos;

    private Command(Draft draft) {
        arguments = draft.arguments;
        environment = draft.environment;
        directory = draft.directory;
        stdin = draft.stdin;
        stdout = draft.stdout;
        stderr = draft.stderr;
        timeoutNanos = draft.timeoutNanos;
        stopPlan = draft.stopPlan;
        stragglers = draft.stragglers;
        drainNanos = draft.drainNanos;
    }

    /**
     * A program and its arguments. No shell is involved: each string reaches the program as it is.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public static Command of(String... arguments) {
        return of(Arrays.asList(arguments));
    }

    /**
     * A program and its arguments.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public static Command of(List<String> arguments) {
        List<byte[]> bytes = new ArrayList<>();
        for (String argument : arguments) {
            bytes.add(utf8("argument", argument));
        }
        return ofBytes(bytes);
    }

    /**
     * A program and its arguments, each as the bytes that the program will see, without the NUL at the end.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public static Command ofBytes(List<byte[]> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        Draft draft = new Draft();
        draft.arguments = arguments.stream().map(byte[]::clone).toList();
        return new Command(draft);
    }

    /** A line for {@code /bin/sh -c}. Whatever is put into the line from outside must be quoted by the caller. */
    public static Command shell(String line) {
        return of("/bin/sh", "-c", line);
    }

    /** More arguments at the end. */
    public Command args(String... more) {
        List<byte[]> all = new ArrayList<>(arguments);
        for (String argument : more) {
            all.add(utf8("argument", argument));
        }
        return with(draft -> draft.arguments = List.copyOf(all));
    }

    /** One more argument at the end, as bytes. */
    public Command arg(byte[] argument) {
        List<byte[]> all = new ArrayList<>(arguments);
        all.add(argument.clone());
        return with(draft -> draft.arguments = List.copyOf(all));
    }

    /**
     * Sets a variable of the child's environment, which otherwise is the JVM's, byte for byte.
     *
     * @throws IllegalArgumentException if the name is empty or holds a {@code =}
     */
    public Command env(String name, String value) {
        return env(utf8("name", name), utf8("value", value));
    }

    /**
     * Sets a variable of the child's environment, as bytes.
     *
     * @throws IllegalArgumentException if the name is empty or holds a {@code =}
     */
    public Command env(byte[] name, byte[] value) {
        return with(draft -> draft.environment = environment.set(name, value));
    }

    /** Removes a variable from the child's environment; without effect if there is none of that name. */
    public Command unsetEnv(String name) {
        return with(draft -> draft.environment = environment.unset(utf8("name", name)));
    }

    /** Starts from an empty environment: the child gets what {@link #env} sets after this call, and nothing else. */
    public Command clearEnv() {
        return with(draft -> draft.environment = Environment.EMPTY);
    }

    /** The directory to start in. The JVM's own is not changed. Default: the one that the JVM is in. */
    public Command directory(Path directory) {
        return directory(NativePath.bytes(directory));
    }

    /** The directory to start in, as bytes. */
    public Command directory(byte[] directory) {
        return with(draft -> draft.directory = directory.clone());
    }

    /** Where standard input comes from. Default: {@link Stdin#empty()}. */
    public Command stdin(Stdin stdin) {
        return with(draft -> draft.stdin = Objects.requireNonNull(stdin, "stdin"));
    }

    /** Where standard output goes. Default: {@link Output#capture()}. */
    public Command stdout(Output stdout) {
        return with(draft -> draft.stdout = Objects.requireNonNull(stdout, "stdout"));
    }

    /** Where standard error goes. Default: {@link Output#capture()}. */
    public Command stderr(Output stderr) {
        return with(draft -> draft.stderr = Objects.requireNonNull(stderr, "stderr"));
    }

    /** Standard error goes where standard output goes, both in the order in which they were written. */
    public Command mergeStderr() {
        return stderr(Output.merge());
    }

    /** All three streams are those of the JVM. */
    public Command inheritIo() {
        return stdin(Stdin.inherit()).stdout(Output.inherit()).stderr(Output.inherit());
    }

    /**
     * Ends the run by its {@link #stopPlan} when it has lasted so long. Default: no limit. The deadline is kept to the
     * nanosecond that is given, rounded up by the kernel's timer at most; about 292 years and more are for ever.
     *
     * @throws IllegalArgumentException if it is zero or negative
     */
    public Command timeout(Duration timeout) {
        return with(draft -> draft.timeoutNanos = Durations.positiveNanos("timeout", timeout));
    }

    /** How the run is ended when it has to be. Default: {@link StopPlan#kill()}. */
    public Command stopPlan(StopPlan stopPlan) {
        return with(draft -> draft.stopPlan = Objects.requireNonNull(stopPlan, "stopPlan"));
    }

    /** What happens to processes that outlive the program. Default: {@link Stragglers#KILL}. */
    public Command stragglers(Stragglers stragglers) {
        return with(draft -> draft.stragglers = Objects.requireNonNull(stragglers, "stragglers"));
    }

    /**
     * How long captured output is still read after the program has exited and its group is gone, if somebody else holds
     * the pipe; then it is given up and {@link Result#outputComplete()} is false. It also bounds the wait for processes
     * that KILL does not end at once. Default: 1 s.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Command drainTime(Duration drainTime) {
        return with(draft -> draft.drainNanos = Durations.nanos("drainTime", drainTime));
    }

    /** The plan that {@link #stopPlan} set. */
    StopPlan stopPlan() {
        return stopPlan;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    /** @throws SpawnException if something holds a NUL */
    RunSpec spec() throws SpawnException {
        for (int index = 0; index < arguments.size(); index++) {
            refuseNul(index == 0 ? "the program" : "argument " + index, arguments.get(index), arguments.getFirst());
        }
        for (byte[] entry : environment.changes()) {
            refuseNul("a variable", entry, arguments.getFirst());
        }
        Directory start = new Directory.Inherited();
        if (directory != null) {
            refuseNul("the directory", directory, directory);
            start = new Directory.Path(directory);
        }
        return new RunSpec(
                arguments,
                environment.resolve(),
                start,
                stdin.input(),
                stdout.output(),
                stderr.output(),
                timeoutNanos,
                stopPlan.steps(),
                stragglers == Stragglers.LEAVE,
                drainNanos,
                ProcessGroup::new,
                SpawnAttributes.CLEAN,
                true);
    }

    private void refuseNul(String what, byte[] bytes, byte[] path) throws SpawnException {
        for (byte b : bytes) {
            if (b == 0) {
                throw new SpawnException(new SpawnFailure(
                        SpawnFailure.Kind.INVALID_ARGUMENT,
                        Errno.EINVAL,
                        path,
                        "could not start " + this + ": " + what + " holds a NUL (" + Errno.name(Errno.EINVAL) + ")"));
            }
        }
    }

    private Command with(java.util.function.Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new Command(draft);
    }

    private static byte[] utf8(String what, String text) {
        return Objects.requireNonNull(text, what).getBytes(StandardCharsets.UTF_8);
    }

    /** The program and its arguments, quoted for a POSIX shell where that is needed; NUL and other controls as {@code ?}. */
    @Override
    public String toString() {
        return ShellQuoting.quote(arguments);
    }

    /** The one place where a command is not yet immutable. */
    private static final class Draft {
        List<byte[]> arguments = List.of();
        Environment environment = Environment.INHERITED;
        byte @Nullable [] directory;
        Stdin stdin = Stdin.empty();
        Output stdout = Output.capture();
        Output stderr = Output.capture();
        long timeoutNanos = Long.MAX_VALUE;
        StopPlan stopPlan = StopPlan.kill();
        Stragglers stragglers = Stragglers.KILL;
        long drainNanos = DEFAULT_DRAIN_TIME.toNanos();

        Draft() {}

        Draft(Command command) {
            arguments = command.arguments;
            environment = command.environment;
            directory = command.directory;
            stdin = command.stdin;
            stdout = command.stdout;
            stderr = command.stderr;
            timeoutNanos = command.timeoutNanos;
            stopPlan = command.stopPlan;
            stragglers = command.stragglers;
            drainNanos = command.drainNanos;
        }
    }
}
