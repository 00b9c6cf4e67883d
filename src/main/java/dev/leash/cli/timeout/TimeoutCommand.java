package dev.leash.cli.timeout;

import dev.leash.Cause;
import dev.leash.SpawnException;
import dev.leash.cli.Main;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.InitDuty;
import dev.leash.cli.caller.OwnDeath;
import dev.leash.cli.caller.SignalRelay;
import dev.leash.cli.help.Version;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.LocaleQuote;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.run.RunCommand;
import dev.leash.internal.contain.LeaderOnly;
import dev.leash.internal.contain.OwnGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.engine.Engine;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.run.Ending;
import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.internal.sys.SystemCallException;
import java.net.URL;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@code leash timeout}, which behaves as timeout(1) of the GNU coreutils. Unlike {@code leash run}, the program
 * shares a process group with this process, which made the group and is signalled with it; processes that outlive the
 * program live on; and signals to this process go to the program.
 */
public final class TimeoutCommand {
    private static final long A_MOMENT_MILLIS = 100;

    private final TimeoutOptions options;
    private final Console console;
    private final CallState state = CallState.create();
    private final CallerContext caller;
    private final CallersDescriptors descriptors;

    private TimeoutCommand(TimeoutOptions options, Console console) throws java.io.IOException {
        this.options = options;
        this.console = console;
        this.caller = CallerContext.find();
        this.descriptors = new CallersDescriptors(state, caller);
    }

    public static int main(List<String> arguments, Console console) throws Exception {
        TimeoutOptions options;
        try {
            options = TimeoutOptions.parse(arguments);
        } catch (UsageException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.isEmpty()) {
                console.complain("timeout: " + message);
            }
            console.complain("Try 'timeout --help' for more information.");
            return ExitCodes.FAILED;
        }
        return switch (options.request()) {
            case RUN -> new TimeoutCommand(options, console).run();
            case HELP -> print(TimeoutHelp.TEXT, console);
            case VERSION -> print("timeout (Leash) " + Version.leash() + "\n", console);
        };
    }

    private static int print(String text, Console console) throws LostOutputException {
        try {
            return console.print(text);
        } catch (LostOutputException e) {
            if (e.readerIsGone()) {
                throw e;
            }
            console.complain("timeout: write error: " + Errno.description(e.errno()));
            return ExitCodes.FAILED;
        }
    }

    private int run() throws Exception {
        if (!options.foreground()) {
            // Fails for the leader of a session, which leads its group already.
            int ignored = OwnProcess.leadGroup(state);
        }
        descriptors.move();
        console.moveTo(descriptors.stdout(), descriptors.stderr());
        caller.ignoreAgain();
        SignalRelay relay = TimeoutSignals.take(state, caller, descriptors, options.signal());
        long startNanos = Clock.monotonicNanos();
        Engine engine = new Engine("leash", false, 0, spec -> this::containment);
        Run run;
        try {
            run = engine.start(spec());
        } catch (SpawnException failure) {
            return failedStart(failure);
        }
        TimeoutAlarm alarm = new TimeoutAlarm(engine.loop(), run, options);
        alarm.set(startNanos);
        try {
            relay.deliver(engine.loop(), InitDuty.with(alarm));
            return status(outcome(run));
        } catch (ExecutionException e) {
            throw new RunCommand.UnfinishedException(e);
        } catch (SystemCallException e) {
            engine.kill(); // the program must not run on without its deadline
            throw e;
        } finally {
            // A JVM that exits waits 300 ms for a thread that is in a system call, as the loop's thread is.
            engine.shutdown();
            engine.awaitEnd();
        }
    }

    /**
     * Waits for the end. As long as each class is in the cache, the JVM does not open the file of this command. If it
     * needs another class hours later, the path may lead to a newer leash or nowhere. So this opens the file early,
     * but not for a program that ends at once.
     */
    private static Ending outcome(Run run) throws InterruptedException, ExecutionException {
        try {
            return run.ending().get(A_MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            @Nullable URL ignored = Main.class.getResource("Main.class");
            return run.ending().get();
        }
    }

    private RunSpec spec() {
        ProgramSpec.Builder program = ProgramSpec.of(RawText.bytes(options.command()))
                .stdin(descriptors.hasOpen(0) ? new InputSource.Inherited() : new InputSource.Closed())
                .stdout(output(1, descriptors.stdout()))
                .stderr(output(2, descriptors.stderr()))
                .attributes(SpawnAttributes.create(false, caller.defaultsOfChild(), caller.blockedSignals()));
        descriptors.inherited().forEach((callers, ours) -> program.input(callers, new InputSource.Descriptor(ours)));
        List<byte[]> environment = caller.environment();
        if (environment != null) {
            program.environment(ChildEnvironment.of(environment));
        }
        int deleted = descriptors.deletedDirectory();
        if (deleted >= 0) {
            program.directory(new Directory.Descriptor(deleted));
        }
        // TimeoutAlarm handles the deadline.
        return RunSpec.of(program.build())
                .leaveStragglers(true)
                .drainNanos(Long.MAX_VALUE)
                .build();
    }

    private OutputTarget output(int callers, int ours) {
        return descriptors.hasOpen(callers) ? new OutputTarget.Descriptor(ours) : new OutputTarget.Closed();
    }

    private ProcessSet containment(CallState callers, int pid, int pidfd) {
        ProcessSet signalled =
                options.foreground() ? new LeaderOnly(pid, pidfd) : new OwnGroup(pid, pidfd, OwnProcess.group());
        return new TimeoutProcessSet(signalled, options, console);
    }

    private int failedStart(SpawnException failure) {
        String reason = Errno.description(failure.errno());
        if (failure.kind() == SpawnException.Kind.LIMIT) {
            console.complain("timeout: fork system call failed: " + reason);
            return ExitCodes.FAILED;
        }
        console.complain("timeout: failed to run command "
                + LocaleQuote.quote(options.command().getFirst()) + ": " + reason);
        return failure.errno() == Errno.ENOENT ? ExitCodes.NOT_FOUND : ExitCodes.NOT_EXECUTABLE;
    }

    private int status(Ending outcome) {
        boolean timedOut = outcome.cause() == Cause.TIMED_OUT;
        boolean preserve = options.preserveStatus();
        int status;
        if (!outcome.exit().known()) {
            console.complain("timeout: the exit status of the command is lost");
            return ExitCodes.FAILED;
        }
        if (outcome.exit().signaled()) {
            int signal = outcome.exit().signal();
            if (outcome.exit().coreDumped()) {
                console.complain("timeout: the monitored command dumped core");
            }
            if (!timedOut && !OwnDeath.by(state, signal)) {
                console.complain("timeout: warning: disabling core dumps failed");
            }
            // With --foreground this process has not got the KILL itself, but its caller has to see the same status.
            preserve |= signal == StopStep.SIGKILL;
            status = ExitCodes.SIGNALED + signal;
        } else {
            status = outcome.exit().code();
        }
        return timedOut && !preserve ? ExitCodes.TIMED_OUT : status;
    }
}
