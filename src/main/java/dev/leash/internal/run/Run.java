package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.io.InputQueue;
import dev.leash.internal.io.OutputQueue;
import dev.leash.internal.io.RunListener;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.Started;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.SystemCallException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One started command or pipeline: the requests that any thread may make, and the path of events into its {@link
 * RunTable}. One thread at a time handles events: that of the loop. So no other code can reap a program between the
 * check whether it has exited and a signal to it, and the cause is what the loop saw first.
 */
public final class Run implements RunListener {
    /** How the thread that starts a run and waits for it does the waiting. */
    public interface Waiting {
        /** Waits for the end of {@code run}. */
        void untilEnd(Run run) throws InterruptedException;
    }

    /**
     * The least time for KILL to take effect, however short the drain time is. The kernel has to tear processes down,
     * and on a busy machine a dying process waits for a processor like any other.
     */
    private static final long LEAST_KILL_WAIT_NANOS = 5_000_000_000L;

    private static final int MOST_TRIES = 200;

    private static final AtomicLong RUNS = new AtomicLong();

    private final long number = RUNS.incrementAndGet();
    private final LoopScope loop;
    private final RunSpec spec;
    private final Started started;
    private final @Nullable Waiting waiting;
    private final RunTable table;
    private final RunEffects effects;
    private final Conclusion conclusion;
    private long outputBytes;

    /**
     * For programs that have just been started, on the thread that has started them.
     *
     * @param done called when it has ended, before the waiters are told
     * @param waiting how the starting thread waits for the end, if it drives the run itself
     */
    public Run(
            LoopContext context,
            RunSpec spec,
            Started started,
            ProcessSet members,
            GuardianTable.Entry entry,
            Consumer<Run> done,
            @Nullable Waiting waiting) {
        this.loop = new LoopScope(context.loop(), this::threw);
        this.spec = spec;
        this.started = started;
        this.conclusion = new Conclusion(this, done);
        this.waiting = waiting;
        RunTable.Rules rules = new RunTable.Rules(
                spec.stopPlan(),
                deadlineNanos(),
                spec.leaveStragglers(),
                spec.drainNanos(),
                Math.max(spec.drainNanos(), LEAST_KILL_WAIT_NANOS));
        this.effects = new RunEffects(this, loop, context, spec, started, members, entry, rules);
        this.table = new RunTable(rules, effects);
    }

    /** Loads the classes that the end of a run needs: the first time this takes milliseconds. */
    public static void loadClasses() throws ClassNotFoundException {
        for (Class<?> needed : List.of(
                Run.class,
                RunTable.class,
                RunEffects.class,
                Event.Kind.class,
                State.class,
                StopLadder.class,
                Sweep.class,
                MemberSearch.class,
                Findings.class,
                Ending.class,
                Ending.Stage.class)) {
            Class<?> ignored = Class.forName(needed.getName(), true, needed.getClassLoader());
        }
    }

    private long deadlineNanos() {
        return TimerQueue.after(started.startNanos(), spec.timeoutNanos());
    }

    /** The pid of the leader, which is the first program; it is the number of the group too. From any thread. */
    @Override
    public int pid() {
        return effects.programs().getFirst().pid();
    }

    @Override
    public long number() {
        return number;
    }

    /** Completed on the loop's thread: dependents must be asynchronous. From any thread. */
    public CompletableFuture<Ending> ending() {
        return conclusion.ending;
    }

    /**
     * Waits for the end. For the thread that has started the run in order to wait for it, or for any thread except
     * the loop's.
     *
     * @throws ExecutionException if the outcome cannot be determined
     * @throws InterruptedException if the thread is interrupted before. A thread that has started the run in order to
     *     wait has to call this again
     */
    public Ending await() throws InterruptedException, ExecutionException {
        if (waiting != null) {
            waiting.untilEnd(this);
        }
        return conclusion.ending.get();
    }

    /**
     * Whether the caller is on the loop's thread, where a wait would block the run that it waits for. From any
     * thread.
     */
    public boolean mustNotBeAwaitedHere() {
        return waiting == null && loop.isLoopThread();
    }

    /** Fails the run with {@code cause}. From any thread. */
    public void requestFailure(Throwable cause) {
        loop.execute(() -> fail(cause));
    }

    /** Ends the run by {@code plan}; a run that is being stopped continues with this plan. From any thread. */
    public void requestStop(Cause cause, List<StopStep> plan) {
        Event stop = Event.stop(cause, plan);
        loop.execute(() -> handle(stop));
    }

    /** Ends the run by its own plan. From any thread. */
    public void requestStop(Cause cause) {
        requestStop(cause, spec.stopPlan());
    }

    /**
     * Signals the run; completed with no process reached if it had ended or there was none to signal. From any
     * thread; on the loop's it is complete at once, and a process counts as reached where the members have to be
     * searched for first.
     */
    public CompletableFuture<Delivery> signal(int signal) {
        CompletableFuture<Delivery> sent = new CompletableFuture<>();
        if (!loop.isLoopThread()) {
            loop.execute(() -> effects.signals().request(signal, sent));
            return sent;
        }
        effects.signals().request(signal, sent);
        // The caller is a handler on the loop, which cannot wait for a search.
        return sent.isDone() ? sent : CompletableFuture.completedFuture(Delivery.ofOne());
    }

    /** Sets the size of the run's terminal; completed with false if it has none any more. From any thread. */
    public CompletableFuture<Boolean> resize(int columns, int rows) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        ask(() -> answer.complete(effects.streams().resize(columns, rows)));
        return answer;
    }

    /** Completed with what {@code question} answers while the pid is the leader's own, or null. From any thread. */
    public <T> CompletableFuture<@Nullable T> askWhilePinned(IntFunction<@Nullable T> question) {
        CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
        ask(() -> answer.complete(effects.programs().getFirst().gone() ? null : question.apply(pid())));
        return answer;
    }

    /** On the loop's thread it runs at once: a handler there cannot wait for the loop. */
    private void ask(Runnable question) {
        if (loop.isLoopThread()) {
            question.run();
        } else {
            loop.execute(question);
        }
    }

    /** The queue of a piped input of the first program; null if the descriptor is not piped. From any thread. */
    public @Nullable InputQueue input(int descriptor) {
        return effects.streams().input(descriptor);
    }

    /** The queue of a piped output of the last program; null if the descriptor is not piped. From any thread. */
    public @Nullable OutputQueue output(int descriptor) {
        return effects.streams().output(started.stages().size() - 1, descriptor);
    }

    /** Connects the user code that produces input. On the thread that starts the run, after the loop has it. */
    public void connectInputs() {
        effects.streams().connect();
    }

    /**
     * Runs {@code attach} on the loop's thread, which is not woken if there is nothing to do before the programs act
     * or a timer is due. On the thread that starts the run.
     *
     * @param callersState the call state of that thread
     */
    public void handOff(CallState callersState, Runnable attach) {
        if (!Streams.isOnlyCaptured(spec) || spec.idleNanos() != Long.MAX_VALUE) {
            loop.execute(attach);
            return;
        }
        int count = 0;
        for (Started.Program program : started.stages()) {
            count += program.ownEnds().size() + 1;
        }
        int[] descriptors = new int[count];
        for (Started.Program program : started.stages()) {
            for (Started.End end : program.ownEnds()) {
                descriptors[--count] = end.fd();
            }
            descriptors[--count] = program.pidfd();
        }
        loop.executeOnEvent(callersState, descriptors, deadlineNanos(), attach);
    }

    // ---- For the thread that drives the run.

    /** Begins to drive the run. */
    public void begin() {
        try {
            effects.begin();
        } catch (SystemCallException | OutOfMemoryError e) {
            // epoll has no room, or there is no thread for a consumer.
            fail(e);
            return;
        }
        table.begin();
    }

    /** An exception here fails the run. It does not reach the stream or timer that reported the event. */
    void handle(Event happened) {
        try {
            table.handle(happened);
        } catch (Throwable thrown) {
            threw(thrown);
        }
    }

    /** Code for this run has thrown on the loop: this run fails, and no other. */
    private void threw(Throwable thrown) {
        if (conclusion.ending.isDone()) {
            Log.error("after the end of the run of process " + pid(), thrown);
            return;
        }
        for (int tries = 1; ; tries++) {
            try {
                fail(thrown);
                return;
            } catch (OutOfMemoryError e) {
                // The heap is full. The caller may take the error for its own, and never come back to the run.
                if (tries == MOST_TRIES) {
                    throw e;
                }
                Clock.pauseForMemory();
            }
        }
    }

    /** Ends the run with {@code cause} instead of an {@link Ending}, and kills what is left of it. */
    public void fail(Throwable cause) {
        table.handle(Event.failure(cause));
    }

    boolean isDone() {
        return table.state() == State.DONE;
    }

    Cause cause() {
        return table.cause();
    }

    boolean isExternal() {
        return table.isExternal();
    }

    @Override
    public int outputRead(int count) {
        long left = Math.max(0, spec.outputLimit() - outputBytes);
        outputBytes += count;
        effects.sawOutput();
        return (int) Math.min(count, left);
    }

    @Override
    public void streamChanged() {
        if (effects.consumersDone()) {
            handle(Event.CONSUMERS_DONE);
        } else if (effects.pipesAtEnd()) {
            handle(Event.PIPES_AT_END);
        }
    }

    @Override
    public void limitReached() {
        table.blame(Cause.OUTPUT_LIMIT);
        handle(Event.unwanted(Cause.OUTPUT_LIMIT));
    }

    @Override
    public void userCodeFailed(Throwable thrown) {
        effects.findings().userCodeFailed(thrown);
        table.blame(Cause.FAILED);
        handle(Event.unwanted(Cause.FAILED));
    }

    /** Whether its deadline has ended it. */
    public boolean timedOut() {
        return conclusion.timedOut();
    }

    /** Everything has been released: reports the end. */
    void conclude(@Nullable Ending result, @Nullable Throwable thrown) {
        conclusion.tell(result, thrown, outputBytes);
    }

    /** For an exception between the release and the conclusion. */
    void concludeLate(Throwable thrown) {
        if (!conclusion.ending.isDone()) {
            conclude(null, thrown);
        }
    }
}
