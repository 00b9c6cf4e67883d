package dev.leash;

import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.start.ExecFifo;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The access to this package that the command has and other code does not. */
final class CommandHooks extends CommandAccess {
    @Override
    public Supervisor supervisor(boolean guarded, int waitingThreads) throws IOException {
        return Supervisor.builder()
                .guardian(guarded)
                .shutdownHook(false)
                .waitingThreads(waitingThreads)
                .create();
    }

    @Override
    public EventLoop loop(Supervisor supervisor) {
        return supervisor.engine().loop();
    }

    @Override
    public Child start(Supervisor supervisor, Command command, Patience.Caller caller) throws SpawnException {
        return supervisor.startBy(caller, command);
    }

    @Override
    public ServiceGroupHandle group(Supervisor supervisor, ServiceGroup group) {
        return new ServiceGroupHandle(supervisor, group);
    }

    @Override
    public void update(ServiceGroupHandle handle, ServiceGroup group, Consumer<ServiceHandle> added) {
        handle.update(group, added);
    }

    @Override
    public void signal(Child child, int signal) {
        child.sendSignal(new Signal(signal));
    }

    @Override
    public void signal(ServiceHandle service, int signal) {
        service.toChild(child -> signal(child, signal));
    }

    @Override
    public Command environment(Command command, List<byte[]> entries) {
        return command.environment(Environment.exactly(entries));
    }

    @Override
    public Command directory(Command command, int fd) {
        return command.directory(fd);
    }

    @Override
    public Command attributes(Command command, SpawnAttributes attributes) {
        return command.attributes(attributes);
    }

    @Override
    public Command input(Command command, int descriptor, Stdin input) {
        return command.anyInput(descriptor, input);
    }

    @Override
    public Stdin stdin(int fd) {
        return Stdin.descriptor(fd);
    }

    @Override
    public Output output(int fd) {
        return Output.descriptor(fd);
    }

    @Override
    public Stdin closedStdin() {
        return Stdin.closed();
    }

    @Override
    public Output closedOutput() {
        return Output.closed();
    }

    @Override
    public Output into(OutputStream stream) {
        return Output.into(stream);
    }

    @Override
    public List<StopWait> waits(StopPlan plan) {
        return plan.steps().subList(0, plan.steps().size() - 1).stream()
                .map(step -> new StopWait(new Signal(step.signal()), step.graceNanos()))
                .toList();
    }

    @Override
    public @Nullable String fifoObstacle() {
        try {
            ExecFifo.create().dismantle();
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public int refusal(Result result) {
        return result.ending().refusal();
    }

    @Override
    public String limits(Result result) {
        return result.ending().limits().text();
    }

    @Override
    public @Nullable GroupUse use(Result result) {
        CgroupUse use = result.ending().use();
        return use == null
                ? null
                : new GroupUse(
                        use.memoryPeakBytes(),
                        use.pidsPeak(),
                        nanos(use.userMicros()),
                        nanos(use.systemMicros()),
                        use.periods(),
                        use.throttledPeriods(),
                        nanos(use.throttledMicros()));
    }

    private static long nanos(long micros) {
        return micros < 0 ? -1 : micros * 1_000;
    }
}
