package dev.leash;

import dev.leash.internal.spawn.SpawnErrors;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ProcessBuilder} whose processes are on a leash: it has the same methods, and existing code changes one
 * type name.
 *
 * {@snippet :
 * Process process = new LeashProcessBuilder("make", "-j8")         // was: new ProcessBuilder("make", "-j8")
 *         .directory(new File("/src/project"))
 *         .redirectErrorStream(true)
 *         .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
 *         .rules(command -> command.timeout(Duration.ofMinutes(10)))   // and, for once, more than the JDK can do
 *         .start();
 * int exitValue = process.waitFor();
 * }
 *
 * <p>{@link #supervisor} sets the supervisor; the default is {@link Supervisor#shared()}. {@link #rules} sets what a
 * {@link Command} has and a {@code ProcessBuilder} does not. The redirects are those of the JDK. The process is a
 * {@link Child#asProcess()}, whose documentation lists its intended differences from the JDK's. There are these
 * besides:
 *
 * <ul>
 *   <li><b>Nothing outlives the process.</b> It leads a process group of its own; when it has exited, what is left of
 *       that group is killed, also a daemon that was meant to stay: {@code rules(command ->
 *       command.stragglers(StragglerPolicy.LEAVE))} lets it live. When the JVM ends, in whatever way, all processes
 *       are stopped.
 *   <li><b>A group of its own</b> is not the terminal's foreground group: a program that reads from an inherited
 *       terminal is stopped like any background job (SIGTTIN), and an interrupt from the keyboard reaches it only
 *       through the end of the JVM.
 *   <li><b>No descriptor</b> but the three streams reaches it, its signals are at their defaults and none is blocked.
 *   <li><b>Text becomes UTF-8</b>, whatever the locale. Variables that were not changed are passed on byte for byte.
 *   <li><b>Two streams to one file</b> share a position, so neither writes over the other.
 *   <li><b>A guardian</b>, a small process that kills all others when the JVM dies, is among the children of {@code
 *       ProcessHandle.current()}, unless the supervisor was built without one.
 *   <li>The JDK's logger {@code java.lang.ProcessBuilder} records no start; the Flight Recorder does.
 *   <li>While the JVM shuts down nothing can be started.
 * </ul>
 *
 * <p>As with the JDK, the program is looked up in the JVM's PATH and not in the one that {@link #environment()} sets
 * (a {@link Command} uses the child's PATH), a builder is for one thread at a time, and each start makes a new
 * process.
 */
public final class LeashProcessBuilder {
    private static final int NONE = -1;

    /** Keeps the settings, so that the JDK's own rules for them apply. It never starts anything. */
    private final ProcessBuilder settings;

    private @Nullable Supervisor supervisor;
    private final List<UnaryOperator<Command>> rules = new ArrayList<>();
    private boolean changesEnvironment;

    /**
     * For a program and its arguments; the list is not copied. See {@link ProcessBuilder#ProcessBuilder(List)}.
     *
     * @throws NullPointerException if it is null
     */
    public LeashProcessBuilder(List<String> command) {
        settings = new ProcessBuilder(command);
    }

    /** For a program and its arguments. See {@link ProcessBuilder#ProcessBuilder(String...)}. */
    public LeashProcessBuilder(String... command) {
        settings = new ProcessBuilder(command);
    }

    /** The supervisor of all processes that are started from now on. Default: {@link Supervisor#shared()}. */
    public LeashProcessBuilder supervisor(Supervisor supervisor) {
        this.supervisor = Objects.requireNonNull(supervisor, "supervisor");
        return this;
    }

    /**
     * A change that each start makes to its command: a timeout, a stop plan, a containment, and so on. A second call
     * adds to the first. The change is applied after the settings of the other methods of this class.
     */
    public LeashProcessBuilder rules(UnaryOperator<Command> change) {
        rules.add(Objects.requireNonNull(change, "change"));
        return this;
    }

    /** See {@link ProcessBuilder#command(List)}. */
    public LeashProcessBuilder command(List<String> command) {
        settings.command(command);
        return this;
    }

    /** See {@link ProcessBuilder#command(String...)}. */
    public LeashProcessBuilder command(String... command) {
        settings.command(command);
        return this;
    }

    /** The list itself, which may be changed. See {@link ProcessBuilder#command()}. */
    public List<String> command() {
        return settings.command();
    }

    /**
     * The variables that processes will get, which may be changed: at first a copy of the JVM's. It is the JDK's own
     * map, with its rules. See {@link ProcessBuilder#environment()}.
     */
    public Map<String, String> environment() {
        changesEnvironment = true;
        return settings.environment();
    }

    /** The directory to start in; null for the JVM's. See {@link ProcessBuilder#directory()}. */
    public @Nullable File directory() {
        return settings.directory();
    }

    /** See {@link ProcessBuilder#directory(File)}. */
    @SuppressWarnings("NullAway") // the JDK's takes null
    public LeashProcessBuilder directory(@Nullable File directory) {
        settings.directory(directory);
        return this;
    }

    /**
     * See {@link ProcessBuilder#redirectInput(Redirect)}.
     *
     * @throws IllegalArgumentException if nothing can be read from it
     */
    public LeashProcessBuilder redirectInput(Redirect source) {
        settings.redirectInput(source);
        return this;
    }

    /**
     * See {@link ProcessBuilder#redirectOutput(Redirect)}.
     *
     * @throws IllegalArgumentException if nothing can be written to it
     */
    public LeashProcessBuilder redirectOutput(Redirect destination) {
        settings.redirectOutput(destination);
        return this;
    }

    /**
     * See {@link ProcessBuilder#redirectError(Redirect)}.
     *
     * @throws IllegalArgumentException if nothing can be written to it
     */
    public LeashProcessBuilder redirectError(Redirect destination) {
        settings.redirectError(destination);
        return this;
    }

    /** See {@link ProcessBuilder#redirectInput(File)}. */
    public LeashProcessBuilder redirectInput(File file) {
        settings.redirectInput(file);
        return this;
    }

    /** See {@link ProcessBuilder#redirectOutput(File)}. */
    public LeashProcessBuilder redirectOutput(File file) {
        settings.redirectOutput(file);
        return this;
    }

    /** See {@link ProcessBuilder#redirectError(File)}. */
    public LeashProcessBuilder redirectError(File file) {
        settings.redirectError(file);
        return this;
    }

    /** See {@link ProcessBuilder#redirectInput()}. */
    public Redirect redirectInput() {
        return settings.redirectInput();
    }

    /** See {@link ProcessBuilder#redirectOutput()}. */
    public Redirect redirectOutput() {
        return settings.redirectOutput();
    }

    /** See {@link ProcessBuilder#redirectError()}. */
    public Redirect redirectError() {
        return settings.redirectError();
    }

    /** See {@link ProcessBuilder#inheritIO()}. */
    public LeashProcessBuilder inheritIO() {
        settings.inheritIO();
        return this;
    }

    /** See {@link ProcessBuilder#redirectErrorStream()}. */
    public boolean redirectErrorStream() {
        return settings.redirectErrorStream();
    }

    /** See {@link ProcessBuilder#redirectErrorStream(boolean)}. */
    public LeashProcessBuilder redirectErrorStream(boolean redirectErrorStream) {
        settings.redirectErrorStream(redirectErrorStream);
        return this;
    }

    /**
     * Starts a process. See {@link ProcessBuilder#start()} and {@link Supervisor#start}.
     *
     * @throws NullPointerException if an element of the command is null
     * @throws IndexOutOfBoundsException if the command is empty
     * @throws IOException if the program cannot be started. The message begins like the JDK's, with {@code Cannot run
     *     program}, and has the errno as number, text and name; the cause is the {@link SpawnException} with the
     *     details. Also thrown if the supervisor is closed
     * @throws UnsupportedOperationException if this is neither Linux 5.4 with glibc 2.34 nor Linux 5.11, or newer
     */
    public Process start() throws IOException {
        return start(NONE, NONE);
    }

    /**
     * Starts a process for each builder, each with a run of its own, the output of each piped into the next. See
     * {@link ProcessBuilder#startPipeline(List)}. {@link Command#pipeTo} makes a pipeline that is one run, with one
     * deadline and one process group.
     *
     * @throws IllegalArgumentException if a stream between two of them is not {@link Redirect#PIPE}
     * @throws IOException if one cannot be started; the others are killed then
     * @throws NullPointerException if a builder, or an element of its command, is null
     * @throws IndexOutOfBoundsException if a command is empty
     * @throws UnsupportedOperationException if this is neither Linux 5.4 with glibc 2.34 nor Linux 5.11, or newer
     */
    public static List<Process> startPipeline(List<LeashProcessBuilder> builders) throws IOException {
        requirePipes(builders);
        List<Process> started = new ArrayList<>();
        boolean complete = false;
        try (CallState state = CallState.open()) {
            int fromPrevious = NONE;
            try {
                for (LeashProcessBuilder stage : List.copyOf(builders)) {
                    boolean last = started.size() == builders.size() - 1;
                    Descriptors.Pipe toNext = last ? new Descriptors.Pipe(NONE, NONE) : pipe(state);
                    try {
                        started.add(stage.start(fromPrevious, toNext.writeEnd()));
                    } finally {
                        Descriptors.closeIfOpen(state, fromPrevious);
                        Descriptors.closeIfOpen(state, toNext.writeEnd());
                        fromPrevious = toNext.readEnd();
                    }
                }
                complete = true;
                return started;
            } finally {
                Descriptors.closeIfOpen(state, fromPrevious);
            }
        } finally {
            if (!complete) {
                started.forEach(Process::destroyForcibly);
                started.forEach(LeashProcessBuilder::awaitEnd);
            }
        }
    }

    private static void awaitEnd(Process process) {
        if (process instanceof ChildProcess child) {
            child.awaitStubbornly();
        }
    }

    /** Checks all builders before the first one is started. */
    private static void requirePipes(List<LeashProcessBuilder> builders) {
        for (int index = 0; index < builders.size(); index++) {
            LeashProcessBuilder stage = builders.get(index);
            boolean last = index == builders.size() - 1;
            requirePipe(index == 0 || stage.redirectInput().equals(Redirect.PIPE), "Input", "first");
            requirePipe(last || stage.redirectOutput().equals(Redirect.PIPE), "Output", "last");
        }
    }

    private static void requirePipe(boolean isPipe, String stream, String exception) {
        if (!isPipe) {
            throw new IllegalArgumentException(
                    "builder redirect" + stream + "() must be PIPE except for the " + exception + " builder");
        }
    }

    private static Descriptors.Pipe pipe(CallState state) throws IOException {
        Descriptors.Pipe pipe = Descriptors.pipe(state);
        SystemCallException.check("pipe2", pipe.readEnd());
        return pipe;
    }

    /**
     * Starts a process.
     *
     * @param stdin a descriptor to read instead of what the settings say, or -1
     * @param stdout a descriptor to write to instead of what the settings say, or -1
     */
    private Process start(int stdin, int stdout) throws IOException {
        List<String> arguments = new ArrayList<>(settings.command());
        arguments.forEach(Objects::requireNonNull);
        String program = arguments.get(0); // and not getFirst(), which throws something else
        try {
            Supervisor by = supervisor == null ? Supervisor.shared() : supervisor;
            Command command = command(arguments, stdin, stdout);
            openFileOfMergedError(command);
            return process(by.start(command));
        } catch (SpawnException e) {
            throw cannotRun(
                    program, "error=" + e.errno() + ", " + Errno.description(e.errno()) + ": " + e.getMessage(), e);
        } catch (IOException | InvalidPathException | RejectedExecutionException | IllegalStateException e) {
            throw cannotRun(program, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Creates or truncates the file that standard error was redirected to, although it is merged and writes nothing
     * there: the JDK does the same, and fails if it cannot. Does not wait for the other end of a FIFO.
     */
    private void openFileOfMergedError(Command command) throws SpawnException {
        File file = settings.redirectErrorStream() ? settings.redirectError().file() : null;
        if (file == null || isFifoOrDevice(file.toPath())) {
            return;
        }
        boolean appends = settings.redirectError().type() == Redirect.Type.APPEND;
        byte[] path = NativePath.bytes(file.toPath());
        try (CallState state = CallState.open()) {
            int fd = Descriptors.open(state, path, appends ? OpenFlags.APPEND : OpenFlags.TRUNCATE);
            if (fd < 0) {
                throw SpawnErrors.of(
                        SpawnException.Kind.REDIRECT,
                        -fd,
                        path,
                        "could not start " + command + ": cannot write to " + file + ": " + Errno.description(-fd)
                                + " (" + Errno.name(-fd) + ")");
            }
            Descriptors.close(state, fd);
        }
    }

    private static boolean isFifoOrDevice(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isOther();
        } catch (IOException e) {
            return false; // missing, or the open will find out
        }
    }

    private Process process(Child child) {
        Process process = null;
        try {
            process = new ChildProcess(child, settings.redirectErrorStream());
            return process;
        } finally {
            if (process == null) {
                child.kill(); // the caller gets no handle to it
            }
        }
    }

    private IOException cannotRun(String program, String why, Exception cause) {
        File directory = settings.directory();
        String where = directory == null ? "" : " (in directory \"" + directory + "\")";
        return new IOException("Cannot run program \"" + program + "\"" + where + ": " + why, cause);
    }

    private Command command(List<String> arguments, int stdin, int stdout) {
        Environment environment = changesEnvironment ? Environment.of(settings.environment()) : Environment.INHERITED;
        Command command = Command.of(arguments)
                .environment(environment.searchingJvmPath())
                .stdin(stdin == NONE ? input(settings.redirectInput()) : Stdin.descriptor(stdin))
                .stdout(stdout == NONE ? output(settings.redirectOutput()) : Output.descriptor(stdout))
                .stderr(settings.redirectErrorStream() ? Output.merge() : output(settings.redirectError()));
        File directory = settings.directory();
        if (directory != null) {
            command = command.directory(directory.toPath());
        }
        for (UnaryOperator<Command> rule : rules) {
            command = rule.apply(command);
        }
        return command;
    }

    private static Stdin input(Redirect source) {
        return switch (source.type()) {
            case PIPE -> Stdin.pipe();
            case INHERIT -> Stdin.inherit();
            default -> Stdin.file(file(source));
        };
    }

    private static Output output(Redirect destination) {
        return switch (destination.type()) {
            case PIPE -> Output.pipe();
            case INHERIT -> Output.inherit();
            case APPEND -> Output.append(file(destination));
            default -> destination.equals(Redirect.DISCARD) ? Output.discard() : Output.file(file(destination));
        };
    }

    private static Path file(Redirect redirect) {
        return Objects.requireNonNull(redirect.file(), "file").toPath();
    }
}
