package dev.leash;

import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.engine.Engine;
import dev.leash.internal.spawn.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands. One thread, the supervisor's loop, serves all of its children, except those that a thread in {@link
 * #run} or {@link Child#await()} drives itself; so one supervisor for a whole application is the usual number. All
 * methods may be called from any thread.
 *
 * {@snippet class="dev.leash.examples.Deadline" region="run"}
 *
 * <p>Many at a time are many calls of {@link #run}, on virtual threads, or of {@link #start}:
 *
 * {@snippet class="dev.leash.examples.Batch" region="batch"}
 *
 * <p>When the JVM ends by itself, by {@link System#exit} or by a signal, open supervisors are closed by a shutdown
 * hook.
 */
public final class Supervisor implements AutoCloseable {
    /** Guarded by the class. */
    private static @Nullable Supervisor shared;

    /**
     * Each costs three descriptors. More than a few do not wait for short runs at the same time, and long ones do not
     * mind.
     */
    private static final int WAITING_THREADS =
            Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 2, 8);

    static {
        CommandAccess.set(new CommandHooks());
    }

    private final Engine engine;
    private final long closeNanos;
    private final @Nullable Thread hook;

    private final ServiceMeter services = new ServiceMeter();

    private Supervisor(Builder builder) throws IOException {
        closeNanos = builder.closeNanos;
        engine = new Engine(builder.name, builder.guardian, builder.waitingThreads);
        engine.whenEnded(services::close);
        if (builder.shutdownHook) {
            hook = new Thread(this::stopEverything, builder.name + "-shutdown");
            try {
                Runtime.getRuntime().addShutdownHook(hook);
            } catch (IllegalStateException e) {
                engine.shutdown();
                throw e;
            }
        } else {
            hook = null;
        }
    }

    /**
     * A supervisor with the usual settings.
     *
     * @throws IOException if a limit of descriptors or processes is reached, or the guardian cannot be started
     * @throws UnsupportedOperationException if this is neither Linux 5.4 with glibc 2.34 nor Linux 5.11, or newer, or has
     *     no /proc of the JVM's own pid namespace
     * @throws IllegalStateException if the JVM is shutting down
     */
    public static Supervisor create() throws IOException {
        return builder().create();
    }

    /**
     * The one supervisor of this JVM for code that has no place to keep one of its own, such as a {@link
     * LeashProcessBuilder} that was not given any. It is made by the first call, with the usual settings, and lives
     * until the JVM ends; {@link #close()} has no effect on it, since other code may have children there. An
     * application that wants to wait for its children, or to end them, at a time of its own choosing has a supervisor
     * of its own.
     *
     * @throws IOException if a limit of descriptors or processes is reached, or the guardian cannot be started; a later
     *     call tries again
     * @throws UnsupportedOperationException if this is neither Linux 5.4 with glibc 2.34 nor Linux 5.11, or newer, or has
     *     no /proc of the JVM's own pid namespace
     * @throws IllegalStateException if the JVM is shutting down
     */
    public static synchronized Supervisor shared() throws IOException {
        Supervisor known = shared;
        if (known == null || known.engine.isClosed()) { // closed only if its loop has died, or the JVM is about to
            known = builder().name("leash-shared").create();
            shared = known;
        }
        return known;
    }

    /** For a supervisor with other settings. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts {@code command} and returns as soon as the program is running. The calling thread does the start itself,
     * which takes from 100 µs to some milliseconds; see posix_spawn(3). It takes longer only where it has to wait: a
     * FIFO is opened when its other end is, as in a shell. That wait ends with the command's timeout, an interrupt or
     * the supervisor, and the start with it. Likewise where a file is on a network or FUSE file system that does not
     * answer; but a program or a directory on such a file system holds up the start until it does.
     *
     * @throws SpawnException if it cannot be started; nothing is left of it. With the errno {@code EINTR} if the thread
     *     is interrupted while the start has to wait, and it stays interrupted
     * @throws RejectedExecutionException if the supervisor is closed
     */
    public Child start(Command command) throws SpawnException {
        return startBy(Patience.Caller.PATIENT, command);
    }

    Engine engine() {
        return engine;
    }

    /** As {@link #start}; {@code caller} is told if it has to wait, and asked for how long. */
    Child startBy(Patience.Caller caller, Command command) throws SpawnException {
        return RecordedStart.of(
                engine,
                command,
                events -> engine.start(RunSpecs.of(command), caller, run -> RecordedStart.child(command, run, events)));
    }

    /** What this supervisor has to do and has done. It costs the loop nothing: it is not asked, nor waited for. */
    public SupervisorStats stats() {
        return SupervisorStats.of(engine.meter(), engine.loopMeters(), services);
    }

    /**
     * Starts {@code command} and waits for its result. A virtual thread parks meanwhile. A platform thread reads the
     * output, keeps the deadline and reaps, as the loop would, if the output is only captured, discarded, inherited or
     * written to a file, the input is given as a whole, and few threads do so already: a run of a short program then
     * takes half the time.
     *
     * @throws SpawnException if it cannot be started; nothing is left of it
     * @throws IllegalArgumentException if a stream is a pipe, whose other end nothing would read or write
     * @throws InterruptedException if the calling thread is interrupted. The run is then stopped by its plan and has
     *     ended when this is thrown
     * @throws RejectedExecutionException if the supervisor is closed
     * @throws IllegalStateException in a handler {@linkplain Output#onLoop on the loop}, which must not wait for it:
     *     then nothing is started; and if the outcome cannot be determined, see {@link Child#result()}
     */
    public Result run(Command command) throws SpawnException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before the start of " + command);
        }
        Waiting.refusePipes(command);
        refuseOnLoop("run", command);
        try {
            return RecordedStart.of(
                    engine,
                    command,
                    events -> engine.startAndAwait(
                            RunSpecs.of(command), run -> Waiting.orStop(RecordedStart.child(command, run, events))));
        } catch (SpawnException e) {
            if (e.isInterruption() && Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }

    /**
     * Runs many commands, never more than {@code parallelism} at a time, and tells what became of each, in the order in
     * which they end.
     *
     * {@snippet :
     * try (Stream<Completion> batch = supervisor.runAll(commands, 8)) {
     *     batch.filter(completion -> !completion.succeeded())
     *             .forEach(failed -> System.err.println(failed.index() + ": " + failed.command()));
     * }
     * }
     *
     * <p>The stream is lazy. Its terminal operation takes the commands one by one and starts them, on the calling
     * thread, so there may be millions. Each command is taken when one of those before it has been delivered: a
     * consumer that is slow, or an iterator that blocks, holds up the batch. There is no thread for each child.
     *
     * <p>A command that cannot be started is delivered as {@link Completion.NotStarted}, and the batch goes on. Where
     * descriptors, processes or memory are short ({@link SpawnException.Kind#LIMIT}) while others of the batch run, the
     * start waits for the end of one of them, and is tried again: the batch then runs fewer at a time. If the
     * iterator throws, a command makes no sense, or this supervisor is closed, nothing more is started; what is running
     * is delivered when it has ended, and then that exception ends the stream. For a closed supervisor it is a {@link
     * RejectedExecutionException}: an end without an exception means that all commands were run.
     *
     * <p>Closing the stream stops what still runs, each by its own plan, all at the same time, and waits for its end;
     * use it with try, as above, since a terminal operation does not close it. A consumer on another thread then gets a
     * {@link CancellationException}. So does one that is interrupted: what runs has been stopped by then, and the
     * thread stays interrupted.
     *
     * @throws IllegalArgumentException if {@code parallelism} is less than 1; from the terminal operation, if a stream
     *     of a command is a pipe
     * @throws IllegalStateException from the terminal operation in a handler {@linkplain Output#onLoop on the loop},
     *     which must not wait: then nothing is started
     */
    public Stream<Completion> runAll(Iterable<? extends Command> commands, int parallelism) {
        return Batch.stream(this, Objects.requireNonNull(commands, "commands")::iterator, parallelism);
    }

    /**
     * The same for a stream of commands, which is closed with the one that is returned. See {@link #runAll(Iterable,
     * int)}.
     */
    public Stream<Completion> runAll(Stream<? extends Command> commands, int parallelism) {
        return Batch.stream(this, Objects.requireNonNull(commands, "commands")::iterator, parallelism)
                .onClose(commands::close);
    }

    /**
     * Starts {@code service} and keeps it running, as it says, until it is told to stop, or fails for good, or this
     * supervisor is closed. Returns at once: {@link ServiceHandle#awaitReady} waits. A service that cannot be started at
     * all has failed like any other, and its handle says why.
     *
     * {@snippet class="dev.leash.examples.Services" region="supervise"}
     *
     * @throws RejectedExecutionException if the supervisor is closed
     */
    public ServiceHandle supervise(Service service) {
        Objects.requireNonNull(service, "service");
        if (engine.isClosed()) {
            throw new RejectedExecutionException("the supervisor is closed: " + service);
        }
        ServiceHandle handle = new ServiceHandle(this, service);
        handle.start();
        return handle;
    }

    /**
     * Starts the services of {@code group}, each when those that it needs are so far, and keeps them running. Returns at
     * once: {@link ServiceGroupHandle#awaitReady} waits.
     *
     * {@snippet class="dev.leash.examples.Services" region="group"}
     *
     * @throws RejectedExecutionException if the supervisor is closed
     */
    public ServiceGroupHandle supervise(ServiceGroup group) {
        Objects.requireNonNull(group, "group");
        if (engine.isClosed()) {
            throw new RejectedExecutionException("the supervisor is closed: " + group);
        }
        ServiceGroupHandle handle = new ServiceGroupHandle(this, group);
        handle.start();
        return handle;
    }

    ServiceMeter services() {
        return services;
    }

    /** Before anything is started: the loop would wait for itself. */
    void refuseOnLoop(String what, Object of) {
        if (engine.isOnLoop()) {
            throw new IllegalStateException("a handler on the loop must not call " + what
                    + ", which waits for what the loop has to do; start does not wait: " + of);
        }
    }

    /**
     * Stops every run by its own plan, all at the same time, and waits until they have ended, with the cause {@link
     * Cause#CLOSED}. What has not ended within the {@linkplain Builder#closeTime time for it} is killed. Later
     * starts are refused. A second call waits too. On a thread of this supervisor's own it does not wait. An interrupt
     * while it waits kills what is left at once, and is kept. Without effect on the {@link #shared()} one.
     */
    @Override
    public void close() {
        synchronized (Supervisor.class) {
            if (equals(shared)) {
                return;
            }
        }
        stopEverything();
        if (hook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is shutting down, the hook is running or has run: it finds everything done.
            }
        }
    }

    private void stopEverything() {
        engine.shutdown(closeNanos);
        boolean interrupted = false;
        while (true) {
            try {
                engine.awaitEnd();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                engine.kill();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Settings of a {@link Supervisor}. For one thread.
     *
     * {@snippet class="dev.leash.examples.Accounting" region="builder"}
     */
    public static final class Builder {
        private String name = "leash";
        private boolean shutdownHook = true;
        private boolean guardian = true;
        private long closeNanos = Duration.ofSeconds(30).toNanos();
        private int waitingThreads = WAITING_THREADS;

        private Builder() {}

        /** The name of the loop's thread. Default: {@code leash}. */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Whether a shutdown hook closes the supervisor when the JVM ends. Default: true. Without it, what still runs
         * then is killed by the {@linkplain #guardian guardian}, and runs on if there is none either.
         */
        public Builder shutdownHook(boolean shutdownHook) {
            this.shutdownHook = shutdownHook;
            return this;
        }

        /**
         * Whether a guardian ends all runs if the JVM ends without having closed the supervisor: if it is killed,
         * crashes or halts. Default: true. The guardian is a shell, a child of the JVM in a session of its own, that
         * sleeps until then; a run costs it nothing. ps(1) shows it as {@code /bin/sh -s leash-guardian} and the JVM's
         * pid.
         *
         * <p>The guardian knows a program that is just being started when the JVM is killed by a pipe that was made as its
         * standard input, output or error, for example to capture what it prints. This needs readlink(1), and a program
         * whose descriptors the JVM's user may look at. A program that has no such pipe then, as where all three are
         * inherited, discarded, files or a terminal, may outlive the JVM in a {@link Containment#GROUP}. With the system
         * property {@code leash.markedStarts} set to true the guardian knows it all the same, by a number that it inherits
         * as its soft limit {@code RLIMIT_RSS}, which has no effect since Linux 2.4.30, see getrlimit(2). The JVM has that
         * limit during each start. A program that looks at its limits at once may see the number; what other code starts at
         * that moment keeps it. Where the hard limit is no higher than 2 to the power of 61 there is no such number.
         */
        public Builder guardian(boolean guardian) {
            this.guardian = guardian;
            return this;
        }

        /**
         * How long the stop plans of all runs together may take when the supervisor is closed, or the JVM ends; what
         * then is left is killed. Default: 30 s.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder closeTime(Duration closeTime) {
            this.closeNanos = Durations.nanos("closeTime", closeTime);
            return this;
        }

        /** How many threads that wait can drive their runs themselves. */
        Builder waitingThreads(int waitingThreads) {
            this.waitingThreads = waitingThreads;
            return this;
        }

        /**
         * The supervisor, with its thread running.
         *
         * @throws IOException if a limit of descriptors or processes is reached, or the guardian cannot be started
         * @throws UnsupportedOperationException if this is neither Linux 5.4 with glibc 2.34 nor Linux 5.11, or newer, or
         *     has no /proc of the JVM's own pid namespace
         * @throws IllegalStateException if the JVM is shutting down
         */
        public Supervisor create() throws IOException {
            return new Supervisor(this);
        }
    }
}
