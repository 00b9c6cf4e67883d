package dev.leash.cli.run;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.EarlySignals;
import dev.leash.cli.caller.InitDuty;
import dev.leash.cli.caller.OwnDeath;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.SignalRelay;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.LostOutputException;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalSet;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code leash run}. */
public final class RunCommand {
    private final CommandAccess access = CommandAccess.get();
    private final RunOptions options;
    private final Console console;
    private final CallState state = CallState.create();
    private final CallerContext caller;
    private final CallersDescriptors descriptors;

    private RunCommand(RunOptions options, Console console) throws Exception {
        this.options = options;
        this.console = console;
        this.caller = CallerContext.find();
        this.descriptors = new CallersDescriptors(state, caller);
    }

    public static int main(List<String> arguments, Console console) throws Exception {
        RunOptions options = RunCommandLine.parse(arguments);
        if (options == null) {
            return console.print(RunHelp.TEXT);
        }
        return new RunCommand(options, console).run();
    }

    private int run() throws Exception {
        descriptors.move();
        console.moveTo(descriptors.stdout(), descriptors.stderr());
        caller.ignoreAgain();
        // A program with a terminal of its own does not need the caller's.
        ForegroundJob job = options.tty() ? null : ForegroundJob.ofTerminal(descriptors.stdout());
        TerminalBridge bridge = options.tty() ? TerminalBridge.of(descriptors.stdout()) : null;
        PassableSignals.loadJdkHandlers();
        long signals = signals(job, bridge);
        descriptors.freeNumbers();
        SignalRelay relay = SignalRelay.take(state, signals);
        // Nothing outlives init, so a guardian would have nothing to guard.
        Supervisor supervisor = access.supervisor(!InitDuty.isNeeded(), 0);
        EventLoop loop = access.loop(supervisor);
        EarlySignals early = new EarlySignals(relay, loop);
        Child child;
        try {
            child = access.start(supervisor, command(), early);
        } catch (SpawnException failure) {
            return failedStart(withHint(failure), early.endedBy(), job != null);
        }
        descriptors.closeOthers();
        early.handOver(InitDuty.with(new SignalForwarder(loop, child, options.graceNanos(), job, bridge)));
        if (bridge != null) {
            bridge.enter();
        }
        if (job != null) {
            loop.execute(() -> job.started(child));
        }
        Result result;
        boolean endedByItself = false;
        try {
            result = child.await();
            endedByItself = result.cause() == Cause.EXITED && !(result.status() instanceof ExitStatus.Signaled);
        } catch (IllegalStateException e) {
            throw new UnfinishedException(e);
        } finally {
            if (job != null) {
                job.takeBack();
                if (!endedByItself) { // a program that exits may change modes on purpose, as stty(1) does
                    job.restoreModes();
                }
            }
            if (bridge != null) {
                bridge.leave();
            }
        }
        supervisor.close(); // also ends the guardian, which otherwise would outlive leash for a moment
        letSignalsEnd();
        if (result.failure().orElse(null) instanceof LostOutputException lost) {
            throw lost; // if the program ended early, this was the reason
        }
        int status = report(new RunReport(options).ended(result), status(result));
        if (job != null
                && job.hadTerminal()
                && result.cause() == Cause.EXITED
                && result.status() instanceof ExitStatus.Signaled by
                && isFromKeyboard(by.signal().number())) {
            // The program has a group of its own, so without this a script that runs leash would not notice Ctrl-C.
            OwnDeath.ofGroupBy(state, by.signal().number());
        }
        return status;
    }

    /** @param signal what has ended the wait of the start, or 0 */
    private int failedStart(SpawnException failure, int signal, boolean onTerminal) throws IOException {
        int status = signal == 0 ? failedStart(failure) : ExitCodes.SIGNALED + signal;
        letSignalsEnd();
        int reported = report(new RunReport(options).failedStart(failure), status);
        if (onTerminal && isFromKeyboard(signal)) {
            boolean ignored = OwnDeath.by(state, signal); // so that a script that runs leash ends as well
        }
        return reported;
    }

    /** No program is left to forward signals to, and the report may block on a reader that does not read. */
    private void letSignalsEnd() {
        for (long left = PassableSignals.ENDING & ~caller.ignoredSignals(); left != 0; left &= left - 1) {
            SignalDispositions.reset(SignalSet.least(left));
        }
    }

    private long signals(@Nullable ForegroundJob job, @Nullable TerminalBridge bridge) {
        long signals = PassableSignals.ALL & ~caller.ignoredSignals();
        if (options.outputPasses()) {
            signals &= ~PassableSignals.OF_WRITERS;
        }
        signals |= InitDuty.begin();
        if (job != null) {
            signals |= SignalSet.bits(ForegroundJob.SIGCHLD, ForegroundJob.SIGCONT);
        }
        if (bridge != null) {
            signals |= SignalSet.bits(TerminalBridge.SIGWINCH);
        }
        return PassableSignals.affordable(state, signals);
    }

    private static boolean isFromKeyboard(int signal) {
        return signal == Signal.INT.number() || signal == Signal.QUIT.number();
    }

    private Command command() throws SpawnException {
        List<byte[]> environment = caller.environmentWith(options.environment());
        Command command = SocketActivation.receiving(options.described(), environment);
        command =
                caller.given(command, environment, options.tty() ? caller.signalsOfSession() : caller.signalsOfGroup());
        command = descriptors.given(command);
        if (!options.elsewhere()) {
            command = descriptors.inDirectory(command);
        }
        return new RunStreams(options, descriptors, console).given(command);
    }

    private int report(RunReport report, int status) throws IOException {
        if (options.json()) {
            report.writeJson(console.output());
            return status;
        }
        String line = report.line();
        if (line != null && !options.quiet()) {
            console.complain("leash: " + line);
        }
        return status;
    }

    private static int status(Result result) {
        if (result.cause() == Cause.TIMED_OUT || result.cause() == Cause.IDLE) {
            return ExitCodes.TIMED_OUT;
        }
        // Not a switch over types: the JVM would generate a class for it, which may take longer than the program.
        ExitStatus status = result.status();
        if (status instanceof ExitStatus.Exited exited) {
            return exited.code();
        }
        return status instanceof ExitStatus.Signaled by
                ? ExitCodes.SIGNALED + by.signal().number()
                : ExitCodes.FAILED; // the report says why
    }

    private static SpawnException withHint(SpawnException e) {
        return e.kind() == SpawnException.Kind.CONTAINMENT
                ? new SpawnException(
                        e.kind(),
                        e.errno(),
                        e.path(),
                        e.getMessage() + "; 'leash doctor' tells what there is",
                        e.givenUp().orElse(null))
                : e;
    }

    private static int failedStart(SpawnException failure) {
        if (failure.givenUp().equals(Optional.of(Cause.TIMED_OUT))) {
            return ExitCodes.TIMED_OUT;
        }
        return switch (failure.kind()) {
            case NOT_FOUND -> ExitCodes.NOT_FOUND;
            case NOT_EXECUTABLE, IS_DIRECTORY, BAD_INTERPRETER, ARGUMENTS_TOO_LONG, OTHER -> ExitCodes.NOT_EXECUTABLE;
            case DIRECTORY, REDIRECT, INVALID_ARGUMENT, LIMIT, SETTING, CONTAINMENT -> ExitCodes.FAILED;
        };
    }

    /** The outcome is unknown; the message says why. */
    public static final class UnfinishedException extends IOException {
        private static final long serialVersionUID = 1;

        public UnfinishedException(Exception e) {
            super(message(e.getCause()), e);
        }

        private static @Nullable String message(@Nullable Throwable cause) {
            return cause == null ? null : cause.getMessage();
        }
    }
}
