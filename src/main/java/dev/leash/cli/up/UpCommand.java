package dev.leash.cli.up;

import dev.leash.ServiceEvent;
import dev.leash.Supervisor;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.Takeover;
import dev.leash.cli.control.ControlServer;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.run.ForegroundJob;
import dev.leash.cli.run.SocketActivation;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SignalSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code leash up}. */
public final class UpCommand {
    private static final int SOME_SERVICE_FAILED = 1;

    /** About what a change of state takes in memory. */
    private static final int EVENT_BYTES = 512;

    /** What the manager of leash has told leash is not for the services. */
    private static final Set<String> OF_ITS_MANAGER = Stream.concat(
                    SocketActivation.VARIABLES.stream(), Stream.of("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"))
            .collect(Collectors.toSet());

    private final UpOptions options;
    private final Console console;
    private final CallState state = CallState.create();

    // Used by the loop's thread, which gets the signals, and by the one that runs this.
    private volatile @Nullable UpRun run;
    private volatile boolean stopping;

    private UpCommand(UpOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    public static int main(List<String> arguments, Console console) throws Exception {
        UpOptions options = UpCommandLine.parse(arguments);
        if (options == null) {
            return console.print(UpHelp.TEXT);
        }
        try {
            return new UpCommand(options, console).run();
        } catch (BadFileException e) {
            for (String line : e.lines()) {
                console.complain(RawText.of(line.getBytes(StandardCharsets.UTF_8)));
            }
            return ExitCodes.FAILED;
        }
    }

    private int run() throws Exception {
        CallerContext caller = CallerContext.find();
        if (options.check()) {
            int count = new UpMembers(caller)
                    .of(UpPlan.of(UpFileReader.check(options.file()), options.names()))
                    .services()
                    .size();
            return console.print("OK: " + count + (count == 1 ? " service" : " services") + " in "
                    + RawText.text(options.file()) + "\n");
        }
        CallersDescriptors descriptors = new CallersDescriptors(state, caller);
        // Before the file is read, which takes descriptors.
        Supervisor supervisor =
                Takeover.of(state, caller, descriptors, console, 0, PassableSignals.HANDLED_AS_WRITER, this::signalled);
        descriptors.closeOthers();

        try (ControlServer control = ControlServer.of(options.file())) {
            return run(caller.without(OF_ITS_MANAGER), descriptors, supervisor, control);
        }
    }

    private int run(CallerContext caller, CallersDescriptors descriptors, Supervisor supervisor, ControlServer control)
            throws Exception {
        loadPolling();
        boolean plain = isSet("NO_COLOR") || "dumb".equals(System.getenv("TERM"));
        UpPlan plan = plan();
        UpScreen screen = new UpScreen(
                console,
                !plain && PseudoTerminal.size(state, descriptors.stdout()) >= 0,
                !plain && PseudoTerminal.size(state, descriptors.stderr()) >= 0,
                UpMembers.width(plan),
                2 * UpMembers.count(plan),
                this::stop);
        OwnLog.into(screen);
        int status;
        try (LogFeed logs = new LogFeed();
                Feed<ServiceEvent> events = new Feed<>(event -> EVENT_BYTES)) {
            UpRun made =
                    new UpRun(supervisor, screen, new UpMembers(caller, screen, logs), plan, this::plan, events::pass);
            run = made;
            if (stopping) { // the signal came before it could be told
                made.stop();
            }
            made.start();
            control.begin(new UpControl(made, logs, events), screen::say);
            status = made.run() ? SOME_SERVICE_FAILED : 0;
        }
        LostOutputException loss = screen.loss();
        if (loss != null) {
            throw loss;
        }
        return status;
    }

    /**
     * The JDK's part by which virtual threads wait for sockets needs descriptors when it is loaded, at the first wait. If none
     * is free in that moment it can never be loaded again, and there is neither control socket nor probe.
     */
    private static void loadPolling() {
        try {
            Class<?> ignored = Class.forName("sun.nio.ch.Poller");
        } catch (ClassNotFoundException e) {
            // This JDK has it by another name.
        }
    }

    private UpPlan plan() throws IOException, BadFileException, UsageException {
        return UpPlan.of(UpFileReader.read(options.file()), options.names());
    }

    private void signalled(int signal) {
        UpRun known = run;
        if (signal == ForegroundJob.SIGCHLD) {
            return;
        }
        if (SignalSet.contains(PassableSignals.FOR_THE_PROGRAMS, signal)) {
            if (known != null) {
                known.signal(signal);
            }
        } else if (stopping && known != null) {
            known.kill();
        } else {
            stop();
        }
    }

    private void stop() {
        stopping = true;
        UpRun known = run;
        if (known != null) {
            known.stop();
        }
    }

    private static boolean isSet(String variable) {
        String value = System.getenv(variable);
        return value != null && !value.isEmpty();
    }
}
