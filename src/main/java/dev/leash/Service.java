package dev.leash;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program that is kept running: what to run, how it is known to be ready and healthy, when it is restarted, how it is
 * stopped and reloaded. Immutable, and equal to each other one with the same settings; {@link Supervisor#supervise} runs it.
 *
 * {@snippet class="dev.leash.examples.Services" region="service"}
 *
 * <p>Each run of it is one run of its {@link Command}, with all that holds for those: containment, limits, timeouts, the
 * stop plan. By default a plan sends TERM, and KILL 10 s later, unless the command has one of its own.
 *
 * <p>Its output goes where the command says; what would be captured is kept as the {@linkplain ServiceHandle#recentOutput
 * recent output} only, since a service may write for years.
 */
public final class Service {
    /** What a {@link #stopCommand} may take before the stop plan follows. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private static final Pattern NAME = Pattern.compile("[\\p{Alnum}][\\p{Alnum}_.@-]*");

    private final Draft draft;

    private Service(Draft draft) {
        this.draft = draft;
    }

    /** The settings while they are being changed. */
    static final class Draft {
        final String name;
        final Command command;
        RestartPolicy restart = RestartPolicy.onFailure();
        Readiness readiness = Readiness.immediately();
        long startNanos = Long.MAX_VALUE;

        @Nullable
        Probe liveness;

        long watchdogNanos = Long.MAX_VALUE;

        @Nullable
        Command stopCommand;

        long stopPatienceNanos = STOP_PATIENCE.toNanos();

        @Nullable
        LogFile log;

        @Nullable
        Signal reloadSignal;

        @Nullable
        Command reloadCommand;

        boolean essential;
        int replicas = 1;
        int firstPort;
        Set<String> after = Set.of();
        Set<String> afterSuccess = Set.of();

        Draft(String name, Command command) {
            this.name = name;
            this.command = command;
        }

        Draft copy() {
            return copy(name, command);
        }

        Draft copy(String name, Command command) {
            Draft copy = new Draft(name, command);
            copy.restart = restart;
            copy.readiness = readiness;
            copy.startNanos = startNanos;
            copy.liveness = liveness;
            copy.watchdogNanos = watchdogNanos;
            copy.stopCommand = stopCommand;
            copy.stopPatienceNanos = stopPatienceNanos;
            copy.log = log;
            copy.reloadSignal = reloadSignal;
            copy.reloadCommand = reloadCommand;
            copy.essential = essential;
            copy.replicas = replicas;
            copy.firstPort = firstPort;
            copy.after = after;
            copy.afterSuccess = afterSuccess;
            return copy;
        }
    }

    private Service with(Consumer<Draft> change) {
        Draft changed = draft.copy();
        change.accept(changed);
        return new Service(changed);
    }

    /** Never changed. */
    Draft draft() {
        return draft;
    }

    /**
     * A service.
     *
     * @param name of letters, digits, {@code _ . @ -}, not beginning with a sign: it is shown before lines and used in
     *     names of files
     * @throws IllegalArgumentException if it is no name, or if a stream of the command is a pipe, whose other end nothing
     *     would hold
     */
    public static Service of(String name, Command command) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of a service: '" + name
                    + "': it has letters, digits and _.@- and begins with a letter or digit");
        }
        ServiceOutput.refusePipes(name, command);
        Command stopped = command.draft().hasOwnStopPlan
                ? command
                : command.stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(10))
                        .kill());
        return new Service(new Draft(name, stopped));
    }

    /** When it is restarted. Default: {@link RestartPolicy#onFailure()}. */
    public Service restart(RestartPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return with(changed -> changed.restart = policy);
    }

    /**
     * How it is known to be ready. Default: {@link Readiness#immediately()}.
     *
     * @throws IllegalArgumentException if a {@linkplain Readiness#line line} is looked for, and no output passes through
     *     Leash
     */
    public Service readyWhen(Readiness readiness) {
        if (readiness instanceof Readiness.Line) {
            ServiceOutput.requireObserved(draft.name, draft.command, "a line of its output");
        }
        return with(changed -> changed.readiness = readiness);
    }

    /** The same as {@link Readiness#probe}. */
    public Service readyWhen(Probe probe) {
        return readyWhen(Readiness.probe(probe));
    }

    /**
     * If it is not ready so long after its start, it is stopped, and that counts as a failure. Default: no limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Service startTimeout(Duration timeout) {
        long nanos = Durations.positiveNanos("timeout", timeout);
        return with(changed -> changed.startNanos = nanos);
    }

    /** What is asked while it is ready; see {@link Probe#failures} for what a failure does. Default: nothing. */
    public Service liveness(Probe probe) {
        Objects.requireNonNull(probe, "probe");
        return with(changed -> changed.liveness = probe);
    }

    /**
     * While it is ready it has to say {@code WATCHDOG=1} at least so often, see {@code sd_notify(3)}; one that does not, or
     * says {@code WATCHDOG=trigger}, is stopped by its plan, which counts as a failure. Its environment tells it the interval
     * ({@code WATCHDOG_USEC}, in microseconds), of which programs take half, and the socket, see {@link
     * Readiness#notification}. It may ask for another interval, by {@code WATCHDOG_USEC=} in a message; and once it has said
     * {@code STOPPING=1} it may be silent. Default: none.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Service watchdog(Duration interval) {
        long nanos = Durations.positiveNanos("interval", interval);
        return with(changed -> changed.watchdogNanos = nanos);
    }

    /**
     * A command that asks it to end, before its stop plan: {@link #stopCommand(Command, Duration)} with 10 s.
     */
    public Service stopCommand(Command command) {
        return stopCommand(command, STOP_PATIENCE);
    }

    /**
     * A command that asks it to end. It is run first, as soon as it has to stop; if it has not ended {@code patience}
     * later, or the command fails, its stop plan follows. The service is stopped, or runs again, when the command is over,
     * too: a command that goes on after the end of the run is stopped when {@code patience} is over, by its own plan. Not
     * used when the supervisor is closed.
     *
     * @throws IllegalArgumentException if {@code patience} is negative, or a stream of the command is a pipe
     */
    public Service stopCommand(Command command, Duration patience) {
        Waiting.refusePipes(command);
        long nanos = Durations.nanos("patience", patience);
        return with(changed -> {
            changed.stopCommand = command;
            changed.stopPatienceNanos = nanos;
        });
    }

    /**
     * A file for what it writes to both streams, in all its runs; consumers of its output get it, too. It is open while the
     * service runs; if it cannot be opened the service is not started, and that is a failure as any other. Default: none.
     *
     * @throws IllegalArgumentException if no output passes through Leash
     */
    public Service log(LogFile file) {
        Objects.requireNonNull(file, "file");
        ServiceOutput.requireObserved(draft.name, draft.command, "what to log");
        return with(changed -> changed.log = file);
    }

    /** What {@link ServiceHandle#reload} sends to its program. Default: {@link Signal#HUP}. */
    public Service reload(Signal signal) {
        Objects.requireNonNull(signal, "signal");
        return with(changed -> {
            changed.reloadSignal = signal;
            changed.reloadCommand = null;
        });
    }

    /**
     * What {@link ServiceHandle#reload} runs.
     *
     * @throws IllegalArgumentException if a stream of it is a pipe
     */
    public Service reload(Command command) {
        Waiting.refusePipes(command);
        return with(changed -> {
            changed.reloadCommand = command;
            changed.reloadSignal = null;
        });
    }

    /** In a group: it is started when these are ready, and they are stopped after it. */
    public Service after(String... services) {
        Set<String> all = plus(draft.after, services);
        return with(changed -> changed.after = all);
    }

    /** In a group: it is started when these have run to a success. */
    public Service afterSuccess(String... services) {
        Set<String> all = plus(draft.afterSuccess, services);
        return with(changed -> changed.afterSuccess = all);
    }

    /** In a group: when it ends for good, the whole group is stopped. */
    public Service essential() {
        return with(changed -> changed.essential = true);
    }

    /**
     * In a group: so many of it run, named {@code name.1}, {@code name.2} and so on. Each has its number in the
     * environment variable {@code LEASH_REPLICA}, and a port of its own in {@code PORT}: the first one {@code firstPort},
     * each other one the next. Who comes after {@code name} comes after all of them.
     *
     * @throws IllegalArgumentException if there is none, or the ports are not from 1 to 65,535
     */
    public Service replicas(int count, int firstPort) {
        if (count < 1) {
            throw new IllegalArgumentException("there is at least 1 replica, not " + count);
        }
        if (firstPort < 1 || firstPort + (count - 1L) > 65_535) {
            throw new IllegalArgumentException(
                    "a port is from 1 to 65535: " + count + " replicas cannot begin with " + firstPort);
        }
        return with(changed -> {
            changed.replicas = count;
            changed.firstPort = firstPort;
        });
    }

    /** The replica of this number, from 1 on; itself if it has none. */
    Service replica(int number) {
        if (draft.firstPort == 0) {
            return this;
        }
        Draft one = draft.copy(
                draft.name + "." + number,
                draft.command
                        .env("LEASH_REPLICA", Integer.toString(number))
                        .env("PORT", Integer.toString(draft.firstPort + number - 1)));
        return new Service(one);
    }

    private static Set<String> plus(Set<String> some, String... more) {
        Set<String> all = new LinkedHashSet<>(some);
        for (String name : more) {
            all.add(Objects.requireNonNull(name, "service"));
        }
        return java.util.Collections.unmodifiableSet(all);
    }

    public String name() {
        return draft.name;
    }

    public Command command() {
        return draft.command;
    }

    Optional<Probe> liveness() {
        return Optional.ofNullable(draft.liveness);
    }

    /**
     * Whether it runs as the other one does: what concerns its group only, {@link #after}, {@link #afterSuccess}, {@link
     * #essential} and how many {@link #replicas} there are, may differ.
     */
    boolean runsAs(Service other) {
        Draft others = other.draft;
        return draft.name.equals(others.name)
                && draft.command.equals(others.command)
                && draft.restart.equals(others.restart)
                && draft.readiness.equals(others.readiness)
                && draft.startNanos == others.startNanos
                && Objects.equals(draft.liveness, others.liveness)
                && draft.watchdogNanos == others.watchdogNanos
                && Objects.equals(draft.stopCommand, others.stopCommand)
                && draft.stopPatienceNanos == others.stopPatienceNanos
                && Objects.equals(draft.log, others.log)
                && Objects.equals(draft.reloadSignal, others.reloadSignal)
                && Objects.equals(draft.reloadCommand, others.reloadCommand);
    }

    /** With the same settings, each of them; see {@link Command#equals}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Service service
                && runsAs(service)
                && draft.essential == service.draft.essential
                && draft.replicas == service.draft.replicas
                && draft.firstPort == service.draft.firstPort
                && draft.after.equals(service.draft.after)
                && draft.afterSuccess.equals(service.draft.afterSuccess);
    }

    @Override
    public int hashCode() {
        return draft.name.hashCode();
    }

    /** The name and the command. */
    @Override
    public String toString() {
        return draft.name + ": " + draft.command;
    }
}
