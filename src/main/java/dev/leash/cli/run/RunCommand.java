package dev.leash.cli.run;

import dev.leash.Cause;
import dev.leash.Signal;
import dev.leash.SpawnException;
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
import dev.leash.cli.io.RawText;
import dev.leash.internal.contain.OrphanReaper;
import dev.leash.internal.engine.Engine;
import dev.leash.internal.run.Ending;
import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** {@code leash run}. */
public final class RunCommand {

    private final RunOptions options;
    private final Console console;
    private final CallState state = CallState.create();
    private final CallerContext world;
    private final CallersDescriptors descriptors;

    private RunCommand(RunOptions options, Console console) throws Exception {
        this.options = options;
        this.console = console;
        this.world = CallerContext.find();
        this.descriptors = new CallersDescriptors(state, world);
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
        world.ignoreAgain();
        // With a terminal of its own the program needs no share in the caller's.
        ForegroundJob job = options.tty() ? null : ForegroundJob.ofTerminal(descriptors.stdout());
        TerminalBridge bridge = options.tty() ? TerminalBridge.of(descriptors.stdout()) : null;
        PassableSignals.loadRivals();
        long signals = signals(job, bridge);
        descriptors.freeNumbers();
        SignalRelay relay = SignalRelay.take(state, signals);
        // Nothing outlives init: a guardian would have nobody to guard.
        Engine engine = new Engine("leash", !OrphanReaper.isNeeded(), 0);
        EarlySignals early = new EarlySignals(relay, engine.loop());
        Run run;
        try {
            run = engine.start(spec(), early);
        } catch (SpawnException failure) {
            return failedStart(withHint(failure), early.endedBy(), job != null);
        }
        descriptors.closeOthers();
        early.handOver(receiver(engine, run, job, bridge));
        if (bridge != null) {
            bridge.enter();
        }
        if (job != null) {
            engine.loop().execute(() -> job.started(run));
        }
        Ending outcome;
        boolean endedByItself = false;
        try {
            outcome = run.outcome().get();
            endedByItself = outcome.cause() == Cause.EXITED && !outcome.exit().signaled();
        } catch (ExecutionException e) {
            throw new UnfinishedException(e);
        } finally {
            if (job != null) {
                job.takeBack();
                if (!endedByItself) { // as stty(1) does, whose changes are to stay
                    job.restoreModes();
                }
            }
            if (bridge != null) {
                bridge.leave();
            }
        }
        engine.shutdown();
        engine.awaitEnd(); // with the guardian, which else would be there a moment longer than leash
        letSignalsEnd();
        if (outcome.failure() instanceof LostOutputException lost) {
            throw lost; // which says it all: the program ended early, if it did, because of that
        }
        int status = report(new RunReport(options).ended(run.pid(), outcome), status(outcome));
        boolean unasked = outcome.cause() == Cause.EXITED;
        if (job != null
                && job.hadTerminal()
                && unasked
                && isFromKeyboard(outcome.exit().signal())) {
            // Else a script that runs leash would not notice that somebody has typed Ctrl-C: it has its own group.
            OwnDeath.ofGroupBy(state, outcome.exit().signal());
        }
        return status;
    }

    /** @param signal what has ended the wait of a start that had to wait for somebody, or 0 */
    private int failedStart(SpawnException failure, int signal, boolean onTerminal) throws IOException {
        int status = signal == 0 ? failedStart(failure) : ExitCodes.SIGNALED + signal;
        letSignalsEnd();
        int reported = report(new RunReport(options).failedStart(failure), status);
        if (onTerminal && isFromKeyboard(signal)) {
            boolean ignored = OwnDeath.by(state, signal); // so that a script that runs leash ends, too
        }
        return reported;
    }

    /** There is no program to pass them on to, and whoever is to read the report may not do so. */
    private void letSignalsEnd() {
        for (long left = PassableSignals.ENDING & ~world.ignoredSignals(); left != 0; left &= left - 1) {
            SignalDispositions.reset(SignalSet.least(left));
        }
    }

    private long signals(@Nullable ForegroundJob job, @Nullable TerminalBridge bridge) {
        long signals = PassableSignals.ALL & ~world.ignoredSignals();
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

    private SignalRelay.Receiver receiver(
            Engine engine, Run run, @Nullable ForegroundJob job, @Nullable TerminalBridge bridge) {
        return InitDuty.with(new SignalForwarder(engine.loop(), run, options.graceNanos(), job, bridge));
    }

    private static boolean isFromKeyboard(int signal) {
        return signal == Signal.INT.number() || signal == Signal.QUIT.number();
    }

    private RunSpec spec() throws SpawnException {
        RunStreams streams = new RunStreams(options, descriptors, console);
        ChildEnvironment environment = world.environmentWith(options.environment());
        ProgramSpec.Builder program = ProgramSpec.of(
                        RawText.bytes(SocketActivation.receiving(options.command(), environment)))
                .environment(environment)
                .directory(directory())
                .attributes(
                        options.tty()
                                ? SpawnAttributes.createSession(world.defaultsOfChild(), world.blockedSignals())
                                : SpawnAttributes.create(true, world.defaultsOfChild(), world.blockedSignals()))
                .settings(options.settings());
        streams.addTo(program);
        return RunSpec.of(program.build())
                .timeoutNanos(options.timeoutNanos())
                .idleNanos(options.idleNanos())
                .stopPlan(options.stopPlan())
                .leaveStragglers(options.leaveStragglers())
                .containment(options.containment().containment())
                .limits(options.containment().limits())
                .build();
    }

    private Directory directory() {
        String directory = options.directory();
        return directory == null ? descriptors.directory() : new Directory.Path(RawText.bytes(directory));
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

    private static int status(Ending outcome) {
        if (outcome.cause() == Cause.TIMED_OUT || outcome.cause() == Cause.IDLE) {
            return ExitCodes.TIMED_OUT;
        }
        if (!outcome.exit().known()) {
            return ExitCodes.FAILED; // and the report says why
        }
        return outcome.exit().signaled()
                ? ExitCodes.SIGNALED + outcome.exit().signal()
                : outcome.exit().code();
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

    /** There is no outcome to report, and the message says why. */
    public static final class UnfinishedException extends IOException {
        private static final long serialVersionUID = 1;

        public UnfinishedException(ExecutionException e) {
            super(message(e.getCause()), e);
        }

        private static @Nullable String message(@Nullable Throwable cause) {
            return cause == null ? null : cause.getMessage();
        }
    }
}
