package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.io.InputQueue;
import dev.leash.internal.io.OutputQueue;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.Started;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.StackReserve;
import dev.leash.internal.sys.SystemCallException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One started command or pipeline: its end, which any thread may ask for, and the path of events into its {@link
 * RunTable}. One thread at a time handles events: usually that of the loop, but a thread that asks for a stop or a
 * signal does so itself if no other thread is handling one. So no other code can reap a program between the check
 * whether it has exited and a signal to it, and the cause is what was seen first.
 *
 * <p>Exits, streams and user code are for the loop's thread only, which is the thread that waits for the end if it
 * {@linkplain Waiting drives the run}.
 */
public final class Run {
    /** How a thread that waits for the end drives the run meanwhile. */
    public interface Waiting {
        /**
         * Drives {@code run} until it has ended, if the calling thread can and no other thread does. Returns at once if
         * not.
         *
         * @throws InterruptedException if the thread is interrupted before; other threads then drive the run
         */
        void drive(Run run) throws InterruptedException;

        /** Whether the calling thread is one that the run cannot end without. */
        boolean isForbiddenHere();
    }

    /**
     * The least time for KILL to take effect, however short the drain time is. The kernel has to tear processes down,
     * and on a busy machine a dying process waits for a processor like any other.
     */
    private static final long LEAST_KILL_WAIT_NANOS = 5_000_000_000L;

    private static final AtomicLong RUNS = new AtomicLong();

    private final long number = RUNS.incrementAndGet();
    private final LoopScope loop;
    private final RunSpec spec;
    private final Started started;
    private final Waiting waiting;
    private final RunTable table;
    private final Dispatcher events;
    private final RunEffects effects;
    private final Conclusion conclusion;
    private final StreamEvents streamEvents;
    private final Requests requests;

    /**
     * For programs that have just been started, on the thread that has started them, which acts on the run until it has
     * {@linkplain #begin begun}.
     *
     * @param startersState the call state of that thread
     * @param done called when it has ended, before the waiters are told
     * @param waiting how threads wait for the end
     */
    public Run(
            LoopContext context,
            CallState startersState,
            RunSpec spec,
            Started started,
            ProcessSet members,
            GuardianTable.Entry entry,
            Consumer<Run> done,
            Waiting waiting) {
        this.loop = new LoopScope(context.loop(), startersState, thrown -> events().threw(thrown));
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
        this.streamEvents = new StreamEvents(this, spec.outputLimit());
        this.effects = new RunEffects(this, streamEvents, loop, context, spec, started, members, entry, rules);
        this.table = new RunTable(rules, effects);
        this.events = new Dispatcher(this, loop, table);
        this.requests = new Requests(this, loop);
    }

    private long deadlineNanos() {
        return TimerQueue.after(started.startNanos(), spec.timeoutNanos());
    }

    /** The pid of the leader, which is the first program; it is the number of the group too. From any thread. */
    public int pid() {
        return effects.programs().getFirst().pid();
    }

    /** The number of the run in this JVM. From any thread. */
    public long number() {
        return number;
    }

    /** Completed on the loop's thread: dependents must be asynchronous. From any thread. */
    public CompletableFuture<Ending> ending() {
        return conclusion.ending;
    }

    /**
     * Waits for the end. For any thread except the loop's.
     *
     * @throws ExecutionException if the outcome cannot be determined
     * @throws InterruptedException if the thread is interrupted before
     */
    public Ending await() throws InterruptedException, ExecutionException {
        if (!conclusion.ending.isDone()) {
            waiting.drive(this);
        }
        return conclusion.ending.get();
    }

    /** Whether a wait on the calling thread would block the run that it waits for. From any thread. */
    public boolean mustNotBeAwaitedHere() {
        return waiting.isForbiddenHere();
    }

    /**
     * Moves the run to the loop that the calling thread turns, from the one that it is on. False if another thread acts
     * on it at this moment.
     */
    public boolean tryMove(EventLoop from, EventLoop to) {
        try {
            return loop.tryMove(from, to);
        } catch (SystemCallException e) {
            requestFailure(e);
            return true;
        }
    }

    /** Moves the run from the loop that the calling thread turns to another. */
    public void moveAway(EventLoop from, EventLoop to) {
        try {
            loop.moveAway(from, to);
        } catch (SystemCallException e) {
            requestFailure(e);
        }
    }

    /** Fails the run with {@code cause}. From any thread. */
    public void requestFailure(Throwable cause) {
        loop.execute(() -> fail(cause));
    }

    /** Ends the run by {@code plan}; a run that is being stopped continues with this plan. From any thread. */
    public void requestStop(Cause cause, List<StopStep> plan) {
        if (conclusion.ending.isDone()) {
            return;
        }
        Event stop = Event.stop(cause, plan);
        // Here if possible: the loop's thread would have to be woken first, which takes longer than the kill.
        if (!StackReserve.isThere() || !loop.tryHere(() -> events.handleAway(stop))) {
            loop.execute(() -> events.handle(stop));
        }
    }

    /** Ends the run by its own plan. From any thread. */
    public void requestStop(Cause cause) {
        requestStop(cause, spec.stopPlan());
    }

    /** What any thread may ask of the run, beside its end. From any thread. */
    public Requests requests() {
        return requests;
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
     * Begins: from now on the loop watches the programs and any thread may act on the run. On the thread that has
     * started it. The loop is told nothing until something happens.
     */
    public void begin() {
        Throwable failure = null;
        try {
            effects.begin();
            table.begin();
        } catch (SystemCallException | OutOfMemoryError e) {
            failure = e; // epoll has no room, or there is no thread for a consumer
        } finally {
            loop.leave();
        }
        if (failure != null) {
            requestFailure(failure);
        }
    }

    /** The thread that acted with this call state was hit by an error, and has left the run as it was. */
    public void takeFrom(CallState state) {
        loop.takeFrom(state);
    }

    /**
     * Ends the run with {@code cause} instead of an {@link Ending}, and kills what is left of it. On the thread of its
     * loop, which is at its end; false if the run is on another loop.
     */
    public boolean fail(Throwable cause) {
        return loop.insist(() -> table.handle(Event.failure(cause)));
    }

    /** Whether it goes on, and nothing has asked it to end. */
    boolean isRunning() {
        return table.state() == State.RUNNING;
    }

    /** It was paused, and goes on: the time without output begins anew. */
    void resumed() {
        effects.sawOutput();
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

    RunEffects effects() {
        return effects;
    }

    Dispatcher events() {
        return events;
    }

    /** Whether its deadline has ended it. */
    public boolean timedOut() {
        return conclusion.timedOut();
    }

    /** Everything has been released: reports the end. */
    void conclude(@Nullable Ending result, @Nullable Throwable thrown) {
        conclusion.tell(result, thrown, streamEvents.outputBytes());
    }

    /** For an exception between the release and the conclusion. */
    void concludeLate(Throwable thrown) {
        if (!conclusion.ending.isDone()) {
            conclude(null, thrown);
        }
    }
}
