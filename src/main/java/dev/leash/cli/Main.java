package dev.leash.cli;

import dev.leash.internal.spawn.SpawnFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The {@code leash} command: finds out which of its commands is meant. */
public final class Main {
    private Main() {}

    /** Called by the launcher. The arguments are taken as bytes from the kernel; only their number counts here. */
    public static void main(String[] args) {
        Console console = new Console();
        int status;
        try {
            status = dispatch(CallersWorld.arguments(args.length), console);
        } catch (UsageException e) {
            console.complain("leash: " + e.getMessage());
            status = ExitCodes.FAILED;
        } catch (Throwable e) {
            console.complain("leash: " + oneLine(e));
            status = ExitCodes.FAILED;
        }
        // Not System.exit: there is nothing to wait for, and no shutdown hook to run.
        Runtime.getRuntime().halt(status);
    }

    private static int dispatch(List<String> arguments, Console console) throws Exception {
        if (CallersWorld.calledAs().equals("timeout")) {
            return TimeoutCommand.main(arguments, console);
        }
        if (arguments.isEmpty()) {
            throw new UsageException("no command given: try 'leash --help'");
        }
        List<String> rest = arguments.subList(1, arguments.size());
        return switch (arguments.getFirst()) {
            case "run" -> RunCommand.main(rest, console);
            case "batch" -> BatchCommand.main(rest, console);
            case "timeout" -> TimeoutCommand.main(rest, console);
            case "doctor" -> DoctorCommand.main(rest, console);
            case "completion" -> CompletionCommand.main(rest, console);
            case "man" -> ManPage.main(rest, console);
            case "--help", "-h", "help" -> console.print(Help.LEASH) == 0 ? 0 : ExitCodes.FAILED;
            case "--version", "-V" -> console.print(Version.text()) == 0 ? 0 : ExitCodes.FAILED;
            default ->
                throw new UsageException("no such command: '" + arguments.getFirst()
                        + "' (there are: run, batch, timeout, doctor, completion, man); try 'leash --help'");
        };
    }

    /** What went wrong, as raw text, for people who did not write this program. */
    private static String oneLine(Throwable thrown) {
        Throwable cause =
                thrown instanceof ExceptionInInitializerError && thrown.getCause() != null ? thrown.getCause() : thrown;
        String message = cause.getMessage();
        boolean expected = cause instanceof java.io.IOException
                || cause instanceof UnsupportedOperationException
                || cause instanceof SpawnFailure;
        String text = message == null ? cause.getClass().getSimpleName() : message;
        if (!expected) {
            text = "internal error: " + cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        }
        return RawText.of(text.replace('\n', ' ').getBytes(StandardCharsets.UTF_8));
    }
}
