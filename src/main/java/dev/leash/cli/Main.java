package dev.leash.cli;

import dev.leash.internal.sys.Descriptors;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The {@code leash} command: finds out which of its commands is meant. */
public final class Main {
    private Main() {}

    /** Called by the launcher. The arguments are taken as bytes from the kernel; only their number counts here. */
    public static void main(String[] args) {
        // Two classes that are loaded in any case, of which the second is in the module for certain.
        if (Main.class.getModule().isNamed() || Descriptors.class.getModule().isNamed()) {
            OwnClasses.runMain(args);
            return;
        }
        Console console = new Console();
        // The JVM would write a stack trace, and to descriptor 2, which by then may be something else.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> complain(console, e));
        int status;
        try {
            status = dispatch(CallersWorld.arguments(args.length), console);
        } catch (UsageException e) {
            console.complain("leash: " + e.getMessage());
            status = ExitCodes.FAILED;
        } catch (Throwable e) {
            complain(console, e);
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

    private static void complain(Console console, Throwable e) {
        try {
            console.complain("leash: " + RawText.of(Complaint.about(e).getBytes(StandardCharsets.UTF_8)));
        } catch (Throwable another) {
            // Not even that can be loaded.
            System.err.println("leash: " + e);
        }
    }
}
