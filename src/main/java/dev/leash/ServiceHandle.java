package dev.leash;

import dev.leash.internal.service.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A {@link Service} that a {@link Supervisor} runs. It is good for as long as the supervisor is: a service that was stopped
 * or has failed can be started again, unless its {@linkplain ServiceGroupHandle#update group has it no more}. All methods may be called from any thread; what waits must not be called in a
 * handler {@linkplain Output#onLoop on the loop}.
 */
public final class ServiceHandle {
    private final Supervisor supervisor;
    private final String name;
    private final ServiceRecord record;
    private final ServiceRunner runner;

    ServiceHandle(Supervisor supervisor, Service service) {
        this(supervisor, service, phase -> {});
    }

    /** One of a group, which decides when it is started. */
    ServiceHandle(Supervisor supervisor, Service service, ServiceRecord.PhaseListener listener) {
        this.supervisor = supervisor;
        this.name = service.name();
        this.record = new ServiceRecord(
                service.name(),
                supervisor.services(),
                active -> supervisor.services().active(this, active),
                listener);
        this.runner = new ServiceRunner(supervisor, service, record);
    }

    /**
     * What it runs. After an {@linkplain ServiceGroupHandle#update update} of its group that is the new description as soon as
     * no run by the old one goes on.
     */
    public Service service() {
        return runner.service();
    }

    public String name() {
        return name;
    }

    /** Where it is at this moment. */
    public ServiceState state() {
        return record.state();
    }

    /**
     * Waits until it is ready, whatever happens before: it may be restarted meanwhile.
     *
     * @throws TimeoutException if it is not ready after so long; it goes on
     * @throws ServiceFailedException if it has failed or is stopped, or waits for one that has failed for good, or comes to
     *     that; with its last output in the message
     * @throws InterruptedException if the waiting thread is interrupted; the service goes on
     * @throws IllegalArgumentException if {@code patience} is negative
     */
    public void awaitReady(Duration patience) throws InterruptedException, TimeoutException, ServiceFailedException {
        long nanos = Durations.nanos("patience", patience);
        supervisor.refuseOnLoop("awaitReady", service());
        CompletableFuture<ServiceState> future =
                record.when(state -> state instanceof ServiceState.Ready || isVain(state));
        try {
            ServiceState state = future.get(nanos, TimeUnit.NANOSECONDS);
            if (isVain(state)) {
                throw failure(state);
            }
        } catch (TimeoutException e) {
            throw (TimeoutException) new TimeoutException("service " + name() + " is not ready after "
                            + Durations.text(nanos) + ": it is " + state()
                            + notReadyBecause().map(why -> ": " + why).orElse(""))
                    .initCause(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause()); // nothing completes it so
        } finally {
            future.cancel(false); // it is kept until it is over
        }
    }

    private static boolean isVain(ServiceState state) {
        return state.isOver() || (state instanceof ServiceState.Waiting waiting && waiting.blocked());
    }

    /** What its readiness probe was answered last, if that was no, while it is {@link ServiceState.Starting}. */
    public Optional<String> notReadyBecause() {
        return record.answer();
    }

    /**
     * Completed when it is {@link ServiceState.Stopped} or {@link ServiceState.Failed}, at once if it is. To cancel it does
     * not stop the service.
     */
    public CompletableFuture<ServiceState> end() {
        return record.when(ServiceState::isOver);
    }

    /** Starts it, if it does not run; also at once, if it waits for its next start, and anew, if it has failed. */
    public void start() {
        runner.handleNow(new Event.Start());
    }

    /** Stops it, by its {@linkplain Service#stopCommand stop command} and its plan. Does not wait: {@link #end} tells. */
    public void stop() {
        runner.handleNow(new Event.Stop("it was told to stop"));
    }

    /** Stops it by KILL, at once. Does not wait. */
    public void kill() {
        runner.kill("it was killed");
    }

    /** Stops it, if it runs, and starts it. It does not count as one of the {@link #restarts}. Does not wait. */
    public void restart() {
        runner.handleNow(new Event.Restart("it was told to restart"));
    }

    /**
     * Has it read its configuration again: sends the {@linkplain Service#reload(Signal) signal}, HUP by default, to its
     * program, not to that one's children, or runs the {@linkplain Service#reload(Command) command}, and waits for that.
     *
     * @throws IllegalStateException if it does not run, or the signal is refused
     * @throws RunFailedException if the command fails
     * @throws SpawnException if the command cannot be started
     */
    public void reload() throws InterruptedException, SpawnException, RunFailedException {
        Service.Draft draft = service().draft();
        Child running =
                record.child().orElseThrow(() -> new IllegalStateException("service " + name() + " does not run"));
        Command command = draft.reloadCommand;
        if (command != null) {
            Result ignored = supervisor.run(command).orThrow();
            return;
        }
        Signal configured = draft.reloadSignal;
        Signal signal = configured == null ? Signal.HUP : configured;
        running.signalProgram(signal);
    }

    /**
     * Opens its {@linkplain Service#log log file} anew by its path, from which another program, such as logrotate(8), has
     * moved it. Without effect if it has none, or does not run.
     *
     * @throws IOException saying which file, and why it cannot be opened; the log then goes on in the one it had
     */
    public void reopenLog() throws IOException {
        runner.reopenLog();
    }

    /** The pid of its program; empty if it does not run. */
    public OptionalLong pid() {
        return record.child().map(child -> OptionalLong.of(child.pid())).orElse(OptionalLong.empty());
    }

    /** Its run; empty if it does not run. To stop that one is an end as any other: the service may be restarted. */
    public Optional<Child> child() {
        return record.child();
    }

    /** The results of its last runs, at most 10, the latest last. What was captured is not in them. */
    public List<Result> results() {
        return record.results();
    }

    /**
     * What its program has last said of itself, by {@code STATUS=} of {@code sd_notify(3)}: one line without control
     * characters. Empty if it has said nothing since its last start, or is not asked, see {@link Readiness#notification} and
     * {@link Service#watchdog}.
     */
    public Optional<String> status() {
        return record.status();
    }

    /** How often it was started again because it had ended. */
    public int restarts() {
        return record.restarts();
    }

    /**
     * The last 64 KiB of what it has written to both streams, in all its runs, as far as it would be captured or goes to a
     * consumer with {@link Readiness#line}.
     */
    public String recentOutput() {
        return new String(record.recent().bytes(), StandardCharsets.UTF_8);
    }

    /**
     * Its changes of state from the subscription on, for any number of subscribers, each on a virtual thread. For one that
     * is too slow 256 are kept; what comes then is dropped, see {@link ServiceEvent#number()}. It completes when the
     * supervisor is closed, or the service is over and its group {@linkplain ServiceGroupHandle#update has it no more}.
     */
    public Flow.Publisher<ServiceEvent> events() {
        return record.events();
    }

    /** Why it is not ready. */
    ServiceFailedException failure() {
        return failure(state());
    }

    private ServiceFailedException failure(ServiceState state) {
        return new ServiceFailedException(name(), state, record.recent().bytes());
    }

    /** It is about to be killed; on the loop's thread. */
    void killing() {
        runner.killing();
    }

    void toChild(Consumer<Child> action) {
        runner.toChild(action);
    }

    void tellNow(Event event) {
        runner.handleNow(event);
    }

    /** See {@link ServiceRunner#describe}; on the loop's thread, as the next two. */
    boolean describe(Service other) {
        return runner.describe(other);
    }

    /** @param held whether it waits to be told before each restart */
    void hold(boolean held) {
        runner.hold(held);
    }

    /** It is over, and its group has it no more. */
    void retire() {
        tellNow(new Event.Retired("its group has it no more"));
        record.retire();
    }

    /** Nothing can be started any more. */
    void closed() {
        runner.tell(new Event.Closed());
    }

    /** The name and the state. */
    @Override
    public String toString() {
        return name() + ": " + state();
    }
}
