package dev.leash;

import dev.leash.internal.contain.Delivery;
import dev.leash.internal.io.BufferItems;
import dev.leash.internal.io.ChildInputStream;
import dev.leash.internal.io.ChildOutputStream;
import dev.leash.internal.io.ChildReadableChannel;
import dev.leash.internal.io.ChildWritableChannel;
import dev.leash.internal.io.OutputPublisher;
import dev.leash.internal.notify.Senders;
import dev.leash.internal.run.Run;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.CallStates;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A started command. It is supervised to its end, also if this handle is dropped. All methods may be called
 * from any thread, at any time, also after the end; none of them can reach a process that is not of this run.
 *
 * {@snippet class="dev.leash.examples.CancelFromAnotherThread" region="cancel"}
 */
public final class Child {
    private final Command command;
    private final Run run;

    /** Guarded by this: there is one, since a stream has one reader. */
    private @Nullable Process process;

    private final ChildPipes pipes;
    private final ChildEnd end;

    Child(Command command, Run run) {
        this.command = command;
        this.run = run;
        this.pipes = new ChildPipes(command, run);
        this.end = new ChildEnd(command, run);
    }

    /** What was started. */
    public Command command() {
        return command;
    }

    /** The process id of the program. Once the run has ended it may belong to another process. */
    public long pid() {
        return run.pid();
    }

    /** Whether the run has not ended yet. */
    public boolean isRunning() {
        return !run.ending().isDone();
    }

    /**
     * The result, when there is one: after the program has exited, its group is gone and its output is read. Each call
     * gives a future of its own. Cancelling it stops the run; completing it by hand, as {@link
     * CompletableFuture#orTimeout} does, or cancelling one that depends on it does nothing to the run. What depends on
     * it runs on a virtual thread, unless it is added after the end.
     *
     * {@snippet class="dev.leash.examples.CancelTheFuture" region="future"}
     *
     * <p>It completes exceptionally with an {@link IllegalStateException} if the outcome cannot be determined: if the
     * supervisor's loop has died. A program that cannot be killed has a result, with {@link ExitStatus.Unknown} as its
     * status.
     */
    public CompletableFuture<Result> result() {
        return EndFuture.of(run.ending(), this::ended, true, this::stop);
    }

    /** Completed with {@code view} when the run has ended, in whatever way. To cancel it stops nothing. */
    <T> CompletableFuture<T> end(T view) {
        return EndFuture.of(run.ending(), () -> view, false, () -> {});
    }

    /**
     * Waits for the result. A virtual thread parks. One of the platform threads that wait polls for the end itself, and
     * reads the output, under the conditions of {@link Supervisor#run}: it then knows of the end at once.
     *
     * @throws InterruptedException if the waiting thread is interrupted; the run goes on
     * @throws IllegalStateException if the outcome cannot be determined, see {@link #result()}
     */
    public Result await() throws InterruptedException {
        refuseToHoldUpTheLoop();
        try {
            return end.result(run.await());
        } catch (ExecutionException e) {
            throw ChildEnd.failed(e);
        }
    }

    /**
     * Waits for the result, at most for {@code patience}. The run goes on if it is over: this is no deadline, see
     * {@link Command#timeout} for that.
     *
     * @return empty if the run had not ended by then
     * @throws InterruptedException if the waiting thread is interrupted; the run goes on
     * @throws IllegalArgumentException if {@code patience} is negative
     * @throws IllegalStateException if the outcome cannot be determined, see {@link #result()}
     */
    public Optional<Result> await(Duration patience) throws InterruptedException {
        refuseToHoldUpTheLoop();
        try {
            long nanos = Durations.nanos("patience", patience);
            return Optional.of(end.result(run.ending().get(nanos, TimeUnit.NANOSECONDS)));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw ChildEnd.failed(e);
        }
    }

    /** The result of a run that is not {@link #isRunning()} any more. On any thread, also the loop's. */
    Result ended() {
        try {
            return end.result(run.ending().join());
        } catch (CompletionException e) {
            throw ChildEnd.failed(e);
        }
    }

    private void refuseToHoldUpTheLoop() {
        if (run.mustNotBeAwaitedHere()) {
            throw new IllegalStateException(
                    "a handler on the loop must not wait for " + this + ": the loop would wait for itself");
        }
    }

    /**
     * Ends the run by the command's {@link StopPlan}, with the cause {@link Cause#CANCELLED}. Does not wait; the first
     * signal has usually been sent, by the calling thread, when this returns. A run that is being stopped starts on
     * the plan anew, unless it is being killed already, and keeps its first cause. If the program has exited, all that
     * this does is end the wait for processes that still hold its output: what has been written is taken, see {@link
     * Command#drainTime}.
     */
    public void stop() {
        stop(command.draft().stopPlan);
    }

    /** Ends the run by {@code plan} instead of the command's. See {@link #stop()}. */
    public void stop(StopPlan plan) {
        List<dev.leash.internal.spec.StopStep> steps =
                Objects.requireNonNull(plan, "plan").steps();
        run.requestStop(Cause.CANCELLED, steps);
    }

    /** Ends the run with KILL at once. See {@link #stop()}. */
    public void kill() {
        stop(StopPlan.kill());
    }

    /**
     * Sends {@code signal} to every process of the run. It is no request to stop: if it ends the program, the cause is
     * {@link Cause#EXITED}. Where the members of the run have to be searched for first, the call waits for that, but
     * not on the loop's thread, in {@link Output#onLoop}: there it returns before.
     *
     * @return false if there was no process to be signalled: the run had ended
     * @throws IllegalStateException if the kernel refused it (EPERM, see kill(2)) to each process that there was: they
     *     have become another user, as sudo does. Where it reached some, those that it did not reach are not told
     */
    public boolean signal(Signal signal) {
        return outcome(
                "send " + signal + " to", run.requests().signal(signal.number()).join());
    }

    /**
     * Like {@link #signal}, to the program itself only, of a pipeline the first one.
     *
     * @throws IllegalStateException if it has exited, or the kernel refused it
     */
    void signalProgram(Signal signal) {
        Integer answer = run.requests()
                .askWhilePinned(pid -> {
                    CallState state = CallStates.borrow();
                    try {
                        return Processes.kill(state, pid, signal.number());
                    } finally {
                        CallStates.giveBack(state);
                    }
                })
                .join();
        if (answer == null) {
            throw new IllegalStateException("cannot send " + signal + " to " + this + ": it has exited");
        }
        if (answer < 0) {
            throw new IllegalStateException(
                    "the kernel refuses to send " + signal + " to " + this + " (" + Errno.name(-answer) + ")");
        }
    }

    private boolean outcome(String what, Delivery delivery) {
        if (!delivery.reached() && delivery.refusal() != 0) {
            String guess = delivery.refusal() == Errno.EPERM ? ": does it run as another user?" : "";
            throw new IllegalStateException(
                    "the kernel refuses to " + what + " " + this + " (" + Errno.name(delivery.refusal()) + ")" + guess);
        }
        return delivery.reached();
    }

    /**
     * Pauses the run until {@link #resume()}: its processes get no processor meanwhile, and keep all they have. With
     * {@link Containment#CGROUP} the kernel freezes all of them, and what they were just forking, see cgroups(7); it
     * returns when they are frozen, or after a second if one hangs in the kernel, which is then frozen as soon as it
     * returns from there. With {@link Containment#GROUP} and {@link Containment#TREE} they are sent STOP, like {@link
     * #signal}: another process may continue them, and what is started outside the group meanwhile may be missed.
     *
     * <p>The {@linkplain Command#timeout deadline} goes on; the {@linkplain Command#idleTimeout time without output}
     * does not, and begins anew with {@link #resume()}. A run that has to end while it is paused, by its deadline or
     * otherwise, is continued after each signal of its {@link StopPlan}, so that it can act on it; KILL ends it as it
     * is. Where {@linkplain StragglerPolicy#LEAVE stragglers are to be left}, they go on when the program is gone; to a
     * group that is stopped the kernel then sends HUP, see setpgid(2).
     *
     * <p>For any thread. In a handler on the loop it does not wait, see {@link Output#onLoop}.
     *
     * @return whether the run is paused; false if it has ended, is being stopped, or was continued meanwhile
     * @throws IllegalStateException if the kernel refused it, as with {@link #signal}
     */
    public boolean pause() {
        return outcome("pause", run.requests().pause().join());
    }

    /**
     * Continues the run after {@link #pause()}, as {@link #signal signal(Signal.CONT)} does, too. Without effect on a
     * run that is not paused; only that with {@link Containment#GROUP} and {@link Containment#TREE} it also continues
     * processes that were stopped otherwise.
     *
     * @return false if there was no process to be continued: the run had ended
     * @throws IllegalStateException if the kernel refused it, as with {@link #signal}
     */
    public boolean resume() {
        return outcome("continue", run.requests().resume().join());
    }

    /**
     * What is written here the child reads, if its command has {@link Stdin#pipe()}. Nothing is held back until a
     * flush. A write parks while the child does not read, without pinning the carrier of a virtual thread, and throws
     * an {@link java.io.IOException} when the child has closed its end or has exited. Closing it is what tells the
     * child that there is no more. For one thread at a time; each call gives a stream to the same pipe.
     *
     * {@snippet class="dev.leash.examples.WorkerPool" region="worker"}
     *
     * @throws IllegalStateException if standard input is no pipe
     */
    public OutputStream stdin() {
        return new ChildOutputStream(pipes.input(0));
    }

    /** The same as {@link #stdin()} as a channel, of which each write takes the whole buffer. */
    public WritableByteChannel stdinChannel() {
        return new ChildWritableChannel(pipes.input(0));
    }

    /** Like {@link #stdin()}, for another descriptor that the child reads from. */
    public OutputStream input(int descriptor) {
        return new ChildOutputStream(pipes.input(descriptor));
    }

    /**
     * What the child writes to standard output, if its command has {@link Output#pipe()}. A read without data parks,
     * without pinning the carrier of a virtual thread, and may be interrupted: it throws an {@link
     * java.io.InterruptedIOException} then. It may be read after the end, too. Closing it breaks the child's pipe. For
     * one thread at a time.
     *
     * {@snippet class="dev.leash.examples.FollowTheLog" region="follow"}
     *
     * @throws IllegalStateException if standard output is no pipe, or if it was asked for before
     */
    public InputStream stdout() {
        return output(1);
    }

    /** The same for standard error. See {@link #stdout()}. */
    public InputStream stderr() {
        return output(2);
    }

    /** The same for another descriptor that the child writes to. See {@link #stdout()}. */
    public InputStream output(int descriptor) {
        return new ChildInputStream(pipes.output(descriptor));
    }

    /**
     * Standard output as a channel, of which each read waits for at least one byte. See {@link #stdout()}; an interrupt
     * closes it, as any channel.
     *
     * @throws IllegalStateException if standard output is no pipe, or if it was asked for before
     */
    public ReadableByteChannel stdoutChannel() {
        return new ChildReadableChannel(pipes.output(1));
    }

    /** The same for standard error. See {@link #stdoutChannel()}. */
    public ReadableByteChannel stderrChannel() {
        return new ChildReadableChannel(pipes.output(2));
    }

    /**
     * Standard output for one subscriber, which may keep the buffers. It is signalled on a virtual thread, and what it
     * does not request stays in the pipe. Cancelling breaks the child's pipe.
     *
     * @throws IllegalStateException if standard output is no pipe, or if it was asked for before
     */
    public Flow.Publisher<ByteBuffer> stdoutPublisher() {
        return new OutputPublisher<>(pipes.output(1), BufferItems::new);
    }

    /** The same for standard error. See {@link #stdoutPublisher()}. */
    public Flow.Publisher<ByteBuffer> stderrPublisher() {
        return new OutputPublisher<>(pipes.output(2), BufferItems::new);
    }

    /**
     * The lines of standard output in UTF-8 for one subscriber; see {@link Output#lines(java.util.function.Consumer)}
     * for what a line is, and {@link #stdoutPublisher()} for the rest.
     *
     * @throws IllegalStateException if standard output is no pipe, or if it was asked for before
     */
    public Flow.Publisher<String> stdoutLines() {
        return pipes.lines(1);
    }

    /** The same for standard error. See {@link #stdoutLines()}. */
    public Flow.Publisher<String> stderrLines() {
        return pipes.lines(2);
    }

    /**
     * Gives the run's terminal another size; its programs are told by SIGWINCH.
     *
     * @return false if the run has no terminal, or has none any more
     * @throws IllegalArgumentException if a size is out of 1 to 65,535
     */
    public boolean resize(int columns, int rows) {
        Command.requireSize(columns, rows);
        return run.requests().resize(columns, rows).join();
    }

    /**
     * This child for code that expects a {@link Process}, the same object at each call. Streams that are a {@link
     * Stdin#pipe()} or an {@link Output#pipe()} are its streams, buffered; of any other kind it shows what a {@link
     * ProcessBuilder} shows of a redirected one: output that has ended, input that takes nothing. It takes a stream
     * when it is first asked for it, so what is read through {@link #stdout()} cannot be read here, and the other way
     * round.
     *
     * {@snippet :
     * Child child = supervisor.start(Command.of("git", "log").stdout(Output.pipe()).timeout(Duration.ofSeconds(10)));
     * try (BufferedReader log = child.asProcess().inputReader()) {
     *     log.lines().limit(20).forEach(System.out::println);
     * }
     * }
     *
     * <p>It keeps the contract of {@link Process}. What is more, or other, on purpose:
     *
     * <ul>
     *   <li>It speaks of the run, not of the program alone: {@link Process#waitFor() waitFor}, {@link Process#onExit()
     *       onExit} and {@link Process#exitValue() exitValue} come when the program has exited, its group is gone and
     *       its output is taken out of the pipes, where it can be read at any time. In a pipeline the pid is the first
     *       program's, the exit value the last one's.
     *   <li>{@link Process#exitValue() exitValue} is 128+n if signal n has ended the program, as in a shell; {@link
     *       #result()} tells that from a program that exits with 128+n.
     *   <li>{@link Process#destroy() destroy} sends TERM to every process of the run. It does not insist: a program may
     *       ignore it, and {@link #stop()} does more. {@link Process#destroyForcibly() destroyForcibly} is {@link
     *       #kill()}. Both close the streams, as the JDK does, but what was written and not flushed is dropped.
     *   <li>A thread that waits for output, or for the child to read, can be interrupted, and throws an {@link
     *       java.io.InterruptedIOException} then. A virtual thread that waits pins no carrier.
     *   <li>{@link Process#onExit() onExit} is not {@link #result()}: to cancel that future does not stop the run.
     *   <li>If the outcome cannot be determined, see {@link #result()} and {@link ExitStatus.Unknown}, {@code waitFor}
     *       and {@code exitValue} throw an {@link IllegalStateException}.
     * </ul>
     */
    public synchronized Process asProcess() {
        Process view = process;
        if (view == null) {
            view = new ChildProcess(this);
            process = view;
        }
        return view;
    }

    /** Tells which processes may speak for it. */
    Senders senders() {
        return run.requests().senders();
    }

    /** Its pipes. */
    ChildPipes pipes() {
        return pipes;
    }

    /** Like {@link #signal}, without waiting for it to be sent. */
    void sendSignal(Signal signal) {
        // As of Process.destroy(): it does not say what became of it.
        CompletableFuture<Delivery> ignored = run.requests().signal(signal.number());
    }

    /** The program as a {@link ProcessHandle}; empty if it has exited. */
    public Optional<ProcessHandle> toHandle() {
        return Optional.ofNullable(run.requests()
                .askWhilePinned(pid -> ProcessHandle.of(pid).orElse(null))
                .join());
    }

    /** The pid and the command. */
    @Override
    public String toString() {
        return "[" + pid() + "] " + command;
    }
}
