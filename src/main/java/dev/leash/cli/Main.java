package dev.leash.cli;

import dev.leash.cli.batch.BatchCommand;
import dev.leash.cli.bench.BenchCommand;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.OwnDeath;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.control.ControlCommand;
import dev.leash.cli.doctor.DoctorCommand;
import dev.leash.cli.export.ExportCommand;
import dev.leash.cli.help.CompletionCommand;
import dev.leash.cli.help.Help;
import dev.leash.cli.help.ManPage;
import dev.leash.cli.help.Version;
import dev.leash.cli.io.Complaint;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.Similar;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.run.RunCommand;
import dev.leash.cli.timeout.TimeoutCommand;
import dev.leash.cli.up.UpCommand;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The {@code leash} command: dispatches to the subcommand. */
public final class Main {
    /** How often a complaint is tried while the heap is full. */
    private static final int MEMORY_ATTEMPTS = 100;

    private Main() {}

    /** Called by the launcher. The arguments are read as bytes from the kernel; this uses only their number. */
    public static void main(String[] args) {
        // In an application's runtime image its classes would be found in place of the command's.
        boolean usual = ClassLoader.getSystemClassLoader().equals(Main.class.getClassLoader());
        if (usual && ModuleLayer.boot().findModule("dev.leash").isPresent()) {
            OwnClasses.runMain(args);
            return;
        }
        Console console = new Console();
        // The JVM would write a stack trace to descriptor 2, which by then may be something else.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> complain(console, e));
        int status;
        try {
            List<String> arguments = CallerContext.arguments(args.length);
            status = System.getProperty("leash.train") == null
                    ? dispatch(arguments, console)
                    : Training.main(Main::dispatch);
        } catch (UsageException e) {
            console.complain("leash: " + e.getMessage());
            status = ExitCodes.FAILED;
        } catch (LostOutputException e) {
            status = lost(e, console);
        } catch (Throwable e) {
            complain(console, e);
            status = ExitCodes.FAILED;
        }
        // Not System.exit: there is nothing to wait for, and no shutdown hook to run.
        Runtime.getRuntime().halt(status);
    }

    /** Ends as any filter: by SIGPIPE if the reader is gone, unless the caller ignores that. */
    private static int lost(LostOutputException e, Console console) {
        if (e.readerIsGone() && !CallerContext.ignores(PassableSignals.PIPE)) {
            boolean ignored = OwnDeath.by(CallState.create(), PassableSignals.PIPE);
        }
        console.complain("leash: " + e.getMessage());
        return ExitCodes.FAILED;
    }

    private static int dispatch(List<String> arguments, Console console) throws Exception {
        if (CallerContext.calledAs().equals("timeout")) {
            return TimeoutCommand.main(arguments, console);
        }
        if (arguments.isEmpty()) {
            throw new UsageException("no command given: try 'leash --help'");
        }
        List<String> rest = arguments.subList(1, arguments.size());
        return switch (arguments.getFirst()) {
            case "run" -> RunCommand.main(rest, console);
            case "batch" -> BatchCommand.main(rest, console);
            case "bench" -> BenchCommand.main(rest, console);
            case "up" -> UpCommand.main(rest, console);
            case "ps", "start", "stop", "restart", "reload", "logs", "events", "wait" ->
                ControlCommand.main(arguments.getFirst(), rest, console);
            case "export" -> ExportCommand.main(rest, console);
            case "timeout" -> TimeoutCommand.main(rest, console);
            case "doctor" -> DoctorCommand.main(rest, console);
            case "completion" -> CompletionCommand.main(rest, console);
            case "man" -> ManPage.main(rest, console);
            case "help" -> help(rest, console);
            case "--help", "-h" -> console.print(Help.LEASH);
            case "--version", "-V", "version" -> console.print(Version.text());
            default -> throw noSuchCommand(arguments.getFirst());
        };
    }

    private static int help(List<String> about, Console console) throws Exception {
        if (about.size() > 1) {
            throw new UsageException("help takes one command, as in 'leash help run'");
        }
        if (about.isEmpty() || Help.OTHERS.contains(about.getFirst())) {
            return console.print(Help.LEASH);
        }
        if (!Help.COMMANDS.contains(about.getFirst())) {
            throw noSuchCommand(about.getFirst());
        }
        return dispatch(List.of(about.getFirst(), "--help"), console);
    }

    private static UsageException noSuchCommand(String given) {
        List<String> words = new ArrayList<>(Help.COMMANDS);
        words.addAll(Help.OTHERS);
        String hint = Similar.hint(given, words);
        return new UsageException("no such command: '" + given + "'"
                + (hint.isEmpty() ? " (there are: " + String.join(", ", Help.COMMANDS) + ")" : hint)
                + "; try 'leash --help'");
    }

    /** Never throws: the status that follows has to be ours, and not the one of a JVM that an exception ends. */
    private static void complain(Console console, Throwable e) {
        for (int attempt = 0; attempt < MEMORY_ATTEMPTS; attempt++) {
            try {
                console.complain("leash: " + RawText.of(Complaint.about(e).getBytes(StandardCharsets.UTF_8)));
                return;
            } catch (OutOfMemoryError full) {
                Clock.pauseForMemory(); // other threads may end meanwhile, or give some back
            } catch (Throwable another) {
                complainInBrief(e);
                return;
            }
        }
        complainInBrief(e);
    }

    private static void complainInBrief(Throwable e) {
        try {
            // Not even that class can be loaded. The JVM reports it as missing, which does not help a user.
            System.err.println(
                    e instanceof LinkageError
                            ? "leash: a class of its own cannot be read: too few files may be open (ulimit -n), or the"
                                    + " file that holds it has gone"
                            : "leash: " + e);
        } catch (Throwable another) {
            // It cannot be told, but the status says it.
        }
    }
}
