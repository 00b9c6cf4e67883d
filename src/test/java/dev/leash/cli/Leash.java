package dev.leash.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.support.Eventually;
import dev.leash.support.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The executable, as a caller sees it. It is started by the library, which gives it default signals and tells a signal from
 * an exit status. All text is ISO 8859-1: one character a byte.
 */
final class Leash {
    private static final Supervisor SUPERVISOR = supervisor();
    private static final Path EXECUTABLE =
            Path.of(System.getProperty("leash.executable", "target/leash")).toAbsolutePath();
    private static final Duration PATIENCE = Patience.seconds(60);

    private Leash() {}

    private static Supervisor supervisor() {
        try {
            return Supervisor.create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Command command(String... arguments) {
        List<String> all = new ArrayList<>(List.of(EXECUTABLE.toString()));
        all.addAll(Arrays.asList(arguments));
        return Command.ofBytes(
                        all.stream().map(text -> text.getBytes(ISO_8859_1)).toList())
                .timeout(PATIENCE)
                .env("LC_ALL", "C");
    }

    /** Runs {@code leash} with these arguments. */
    static Result run(String... arguments) throws Exception {
        return run(command(arguments));
    }

    static Result run(Command command) throws Exception {
        Result result = SUPERVISOR.run(command);
        if (result.cause() == dev.leash.Cause.TIMED_OUT) {
            throw new AssertionError("did not end: " + result + result.stdout() + result.stderr());
        }
        return result;
    }

    /** Runs a script of sh, in which {@code $LEASH} is the executable. */
    static Result sh(String script, String... arguments) throws Exception {
        return run(shell(script, arguments));
    }

    static Command shell(String script, String... arguments) {
        List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        all.addAll(Arrays.asList(arguments));
        return Command.ofBytes(
                        all.stream().map(text -> text.getBytes(ISO_8859_1)).toList())
                .timeout(PATIENCE)
                .env("LC_ALL", "C")
                .env("LEASH", EXECUTABLE.toString());
    }

    static Child start(Command command) throws SpawnException {
        return SUPERVISOR.start(command);
    }

    /** Sends {@code signal} to the process alone, not to its group. */
    static void signal(Child child, Signal signal) throws Exception {
        SUPERVISOR.run(Command.of(
                "/bin/sh", "-c", "kill -\"$0\" \"$1\"", Integer.toString(signal.number()), Long.toString(child.pid())));
    }

    /** What {@code $?} would be. */
    static int status(Result result) {
        return result.status() instanceof ExitStatus.Signaled signaled
                ? 128 + signaled.signal().number()
                : ((ExitStatus.Exited) result.status()).code();
    }

    static String out(Result result) {
        return result.stdout(ISO_8859_1);
    }

    static String err(Result result) {
        return result.stderr(ISO_8859_1);
    }

    static void awaitFile(Path file) {
        Eventually.eventually(file + " appears", () -> Files.exists(file));
    }
}
