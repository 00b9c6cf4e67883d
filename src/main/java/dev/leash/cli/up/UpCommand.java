package dev.leash.cli.up;

import dev.leash.Output;
import dev.leash.Service;
import dev.leash.ServiceGroup;
import dev.leash.ServiceGroupHandle;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.Supervisor;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.InitDuty;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.SignalRelay;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.run.ForegroundJob;
import dev.leash.cli.run.SocketActivation;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SignalSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code leash up}. */
public final class UpCommand {
    private static final int SOME_SERVICE_FAILED = 1;

    private final UpOptions options;
    private final Console console;
    private final CommandAccess access = CommandAccess.get();
    private final CallState state = CallState.create();

    // Used by the loop's thread, which gets the signals, and by the one that runs this.
    private volatile @Nullable ServiceGroupHandle group;
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
            List<Service> services = new Members(plan(), caller).services(null);
            return console.print("OK: " + services.size() + (services.size() == 1 ? " service" : " services") + " in "
                    + RawText.text(options.file()) + "\n");
        }
        CallersDescriptors descriptors = new CallersDescriptors(state, caller);
        descriptors.move();
        console.moveTo(descriptors.stdout(), descriptors.stderr());
        caller.ignoreAgain();
        // Before the file is read: signals need certain descriptor numbers, which the JVM takes for classes and files.
        PassableSignals.loadJdkHandlers();
        long signals = PassableSignals.affordable(
                state, (PassableSignals.HANDLED_AS_WRITER & ~caller.ignoredSignals()) | InitDuty.begin());
        descriptors.freeNumbers();
        SignalRelay relay = SignalRelay.take(state, signals);
        Supervisor supervisor = access.supervisor(!InitDuty.isNeeded());
        relay.deliver(access.loop(supervisor), InitDuty.with(this::signalled));
        descriptors.closeOthers();

        Members members = new Members(plan(), caller.without(SocketActivation.VARIABLES));
        boolean plain = isSet("NO_COLOR") || "dumb".equals(System.getenv("TERM"));
        UpScreen screen = new UpScreen(
                console,
                !plain && PseudoTerminal.size(state, descriptors.stdout()) >= 0,
                !plain && PseudoTerminal.size(state, descriptors.stderr()) >= 0,
                members.width(),
                this::stop);
        OwnLog.into(screen);
        ServiceGroup services = ServiceGroup.of(members.services(screen)).strategy(members.strategy());
        int status = run(supervisor, services, screen);
        LostOutputException loss = screen.loss();
        if (loss != null) {
            throw loss;
        }
        return status;
    }

    private UpPlan plan() throws IOException, BadFileException, UsageException {
        return UpPlan.of(UpFileReader.read(options.file()), options.names());
    }

    private int run(Supervisor supervisor, ServiceGroup services, UpScreen screen) throws Exception {
        boolean failed = false;
        List<CompletableFuture<Void>> said = new ArrayList<>();
        try {
            ServiceGroupHandle handle = access.group(supervisor, services);
            handle.services().forEach(service -> said.add(UpEvents.of(service, screen)));
            group = handle;
            handle.start();
            if (stopping) { // the signal came before it was started
                handle.stop();
            }
            handle.end().get();
            for (ServiceHandle service : handle.services()) {
                failed |= service.state() instanceof ServiceState.Failed;
            }
        } finally {
            supervisor.close();
        }
        CompletableFuture.allOf(said.toArray(new CompletableFuture<?>[0])).join();
        return failed ? SOME_SERVICE_FAILED : 0;
    }

    private void signalled(int signal) {
        ServiceGroupHandle handle = group;
        if (signal == ForegroundJob.SIGCHLD) {
            return;
        }
        if (SignalSet.contains(PassableSignals.FOR_THE_PROGRAMS, signal)) {
            if (handle != null) {
                handle.services().forEach(service -> service.child().ifPresent(child -> access.signal(child, signal)));
            }
        } else if (stopping && handle != null) {
            handle.kill();
        } else {
            stop();
        }
    }

    private void stop() {
        stopping = true;
        ServiceGroupHandle handle = group;
        if (handle != null) {
            handle.stop();
        }
    }

    private static boolean isSet(String variable) {
        String value = System.getenv(variable);
        return value != null && !value.isEmpty();
    }

    /** The services that run. */
    private final class Members {
        private final UpPlan plan;
        private final ServiceMaker maker;
        private final List<UpPlan.Member> all;

        Members(UpPlan plan, CallerContext caller) {
            this.plan = plan;
            this.maker = new ServiceMaker(plan, caller);
            this.all = plan.members(System.getenv("PORT"));
        }

        int width() {
            return all.stream().mapToInt(member -> member.name().length()).max().orElse(0);
        }

        ServiceGroup.Strategy strategy() {
            return ServiceGroup.Strategy.valueOf(plan.file().strategy().name());
        }

        /** @param screen where what they write goes; null if they will not run */
        List<Service> services(@Nullable UpScreen screen) throws UsageException {
            List<Service> services = new ArrayList<>();
            for (UpPlan.Member member : all) {
                Output stdout = Output.capture();
                Output stderr = Output.capture();
                if (screen != null) {
                    int colour = member.number() + member.replica() - 1;
                    stdout = access.into(screen.lines(member.name(), colour, false));
                    stderr = access.into(screen.lines(member.name(), colour, true));
                }
                services.add(maker.of(member, stdout, stderr));
            }
            return services;
        }
    }
}
