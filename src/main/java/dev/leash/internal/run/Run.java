package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.Signal;
import dev.leash.StopStepTaken;
import dev.leash.Straggler;
import dev.leash.internal.contain.BackgroundKill;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.Members;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.events.Recorder;
import dev.leash.internal.events.RunEvent;
import dev.leash.internal.events.StopStepEvent;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.io.ChunkPool;
import dev.leash.internal.io.InputQueue;
import dev.leash.internal.io.OutputQueue;
import dev.leash.internal.io.RunListener;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.proc.PipeHolders;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.Started;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.internal.sys.WaitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one started command, or pipeline.
 *
 * <pre>
 * RUNNING ── deadline, cancel, limit, close ──▶ STOPPING (the steps of the plan)
 *    │                                              │
 *    └──────── all programs exited ──▶ SWEEPING ◀───┘
 *                                          └──▶ DRAINING ──▶ CONSUMING ──▶ DONE
 * </pre>
 *
 * Only the loop's thread calls what is not said to be for any thread. So between looking whether the leader has exited and
 * signalling it nothing else can reap it, and what ended the run is what the loop saw first.
 */
public final class Run implements RunListener {
    /** How the thread that has started a run to wait for it does so. */
    public interface Waiting {
        void untilEnd(Run run) throws InterruptedException;
    }

    private enum State {
        RUNNING,
        STOPPING,
        SWEEPING,
        DRAINING,
        CONSUMING,
        DONE
    }

    /**
     * How long KILL is given to take effect, though the drain time be shorter. The kernel has to tear things down, and on
     * a busy machine a dying process waits for the processor like any other.
     */
    private static final long LEAST_PATIENCE_NANOS = 5_000_000_000L;

    private static final long FIRST_INSISTENCE_NANOS = 10_000_000L;
    private static final long LONGEST_INSISTENCE_NANOS = 1_000_000_000L;

    /** How long it may take to find out who is left of a run of which a program cannot be killed. */
    private static final long LAST_LOOK_NANOS = 500_000_000L;

    private static final int NO_STEP = -1;

    private static final AtomicLong RUNS = new AtomicLong();

    private final long number = RUNS.incrementAndGet();
    private final @Nullable RunEvent event = Recorder.run();
    private final LoopScope loop;
    private final RunSpec spec;
    private final Started started;
    private final GuardianTable.Entry entry;
    private final Consumer<Run> done;
    private final ProcessSet containment;
    private final SignalDelivery signalling;
    private final Streams streams;
    private final List<Program> stages = new ArrayList<>();
    private final CompletableFuture<Ending> outcome = new CompletableFuture<>();
    private final @Nullable Waiting waiting;
    private final List<StopStepTaken> stepsTaken = new ArrayList<>();

    private State state = State.RUNNING;
    private Cause trigger = Cause.EXITED;
    private @Nullable Throwable failure;
    private @Nullable StopLadder sequence;
    private @Nullable Sweep sweep;
    private @Nullable MemberSearch scout;
    /** Who was not in the leader's group when KILL was sent. */
    private final List<Straggler> escaped = new ArrayList<>();

    private @Nullable IdleTimer idle;
    /** The one timer that matters in the present state: deadline, next step, or the end of patience. */
    private @Nullable Timer timer;

    private Map<Integer, String> pipeHolders = Map.of();
    /** That of the first step of the plan that was taken. */
    private int firstSignal = NO_STEP;

    private int refusal;
    private int running;
    private boolean hurried;
    private boolean begun;
    private boolean timedOut;
    private long exitNanos;
    private long outputBytes;

    public Run(
            EventLoop eventLoop,
            SharedBuffer buffer,
            ChunkPool pool,
            RunSpec spec,
            Started started,
            ProcessSet containment,
            GuardianTable.Entry entry,
            Consumer<Run> done,
            @Nullable Waiting waiting) {
        this.loop = new LoopScope(eventLoop, this::threw);
        this.spec = spec;
        this.started = started;
        this.entry = entry;
        this.done = done;
        this.waiting = waiting;
        this.containment = containment;
        this.signalling = new SignalDelivery(loop, containment, stages, patienceNanos(), () -> state == State.DONE);
        this.streams = new Streams(loop, buffer, pool, spec.stages(), this);
        for (Started.Program process : started.stages()) {
            stages.add(new Program(
                    loop,
                    process,
                    containment.needsZombieLeader(),
                    stages.isEmpty() ? entry : GuardianTable.Entry.NONE,
                    this::stageExited));
        }
        this.running = stages.size();
    }

    /** The leader's pid: that of the first program, after which the group is named. From any thread. */
    @Override
    public int pid() {
        return stages.getFirst().pid();
    }

    @Override
    public long number() {
        return number;
    }

    /** Completed on the loop's thread: dependents must be asynchronous. From any thread. */
    public CompletableFuture<Ending> outcome() {
        return outcome;
    }

    /**
     * Waits for the outcome. For the thread that has started it to wait for it, or for any
     * but the loop's.
     *
     * @throws ExecutionException if there is none
     * @throws InterruptedException if the thread is interrupted before. One that has started it to wait for it has to come back
     */
    public Ending await() throws InterruptedException, ExecutionException {
        if (waiting != null) {
            waiting.untilEnd(this);
        }
        return outcome.get();
    }

    /** Fails the run with {@code cause}. From any thread. */
    public void requestFailure(Throwable cause) {
        loop.execute(() -> fail(cause));
    }

    /** Ends the run by {@code steps}; a run that is being stopped goes on by them. From any thread. */
    public void requestStop(Cause cause, List<StopStep> steps) {
        StopLadder plan = new StopLadder(steps);
        loop.execute(() -> stop(cause, plan));
    }

    /** Ends the run by its own plan. From any thread. */
    public void requestStop(Cause cause) {
        requestStop(cause, spec.stopPlan());
    }

    /**
     * Signals the run; completed with nobody reached if it had ended or there was nobody to signal. From any thread; on the
     * loop's it is complete at once, and somebody reached where it first has to be looked for whom to signal.
     */
    public CompletableFuture<Delivery> signal(int signal) {
        CompletableFuture<Delivery> sent = new CompletableFuture<>();
        if (!loop.isLoopThread()) {
            loop.execute(() -> signalling.request(signal, sent));
            return sent;
        }
        signalling.request(signal, sent);
        // A handler on the loop asks: it cannot wait for a search.
        return sent.isDone() ? sent : CompletableFuture.completedFuture(Delivery.ofOne());
    }

    /** Sets the size of the run's terminal; completed with false if it has none any more. From any thread. */
    public CompletableFuture<Boolean> resize(int columns, int rows) {
        return ask(() -> streams.resize(columns, rows));
    }

    private CompletableFuture<Boolean> ask(BooleanSupplier question) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        if (loop.isLoopThread()) {
            // A handler on the loop asks: it cannot wait for itself.
            answer.complete(question.getAsBoolean());
        } else {
            loop.execute(() -> answer.complete(question.getAsBoolean()));
        }
        return answer;
    }

    /** Completed with what {@code question} answers while the pid is the leader's own, or null. From any thread. */
    public <T> CompletableFuture<@Nullable T> askWhilePinned(IntFunction<@Nullable T> question) {
        CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
        Runnable ask = () -> answer.complete(stages.getFirst().gone() ? null : question.apply(pid()));
        if (loop.isLoopThread()) {
            ask.run();
        } else {
            loop.execute(ask);
        }
        return answer;
    }

    /** What the caller writes to a descriptor of the first program; null if that is not piped. From any thread. */
    public @Nullable InputQueue input(int descriptor) {
        return streams.input(descriptor);
    }

    /** What the caller reads from a descriptor of the last program; null if that is not piped. From any thread. */
    public @Nullable OutputQueue output(int descriptor) {
        return streams.output(stages.size() - 1, descriptor);
    }

    /** Lets user code feed the programs. On the thread that starts the run, after it was handed to the loop. */
    public void connectInputs() {
        streams.connect();
    }

    /** Whether the caller is on the loop's thread, and would keep from the run what it waits for. From any thread. */
    public boolean mustNotBeAwaitedHere() {
        return waiting == null && loop.isLoopThread();
    }

    /**
     * Has {@code adopt} run on the loop's thread, which is left asleep if nothing is to be done before the programs do
     * something or a time comes. On the thread that starts the run.
     *
     * @param callersState that thread's
     */
    public void handOver(CallState callersState, Runnable adopt) {
        if (!Streams.isOnlyCaptured(spec) || spec.idleNanos() != Long.MAX_VALUE) {
            loop.execute(adopt);
            return;
        }
        List<Integer> descriptors = new ArrayList<>();
        for (Started.Program program : started.stages()) {
            program.ownEnds().forEach(end -> descriptors.add(end.fd()));
            descriptors.add(program.pidfd());
        }
        long deadline = TimerQueue.after(started.startNanos(), spec.timeoutNanos());
        loop.executeOnEvent(callersState, descriptors, deadline, adopt);
    }

    public void begin() {
        begun = true;
        try {
            // All descriptors find their owners first, so that a failure leaves none.
            streams.open(started.stages());
            for (Program stage : stages) {
                stage.watch();
            }
        } catch (SystemCallException | OutOfMemoryError e) {
            // No room in epoll, or no thread for a consumer.
            fail(e);
            return;
        }
        long deadline = TimerQueue.after(started.startNanos(), spec.timeoutNanos());
        if (deadline != TimerQueue.NEVER) {
            timer = loop.schedule(deadline, () -> stopByPlan(Cause.TIMED_OUT));
        }
        if (spec.idleNanos() != Long.MAX_VALUE) {
            idle = new IdleTimer(
                    loop, spec.idleNanos(), streams::look, streams::anyPaused, () -> stopByPlan(Cause.IDLE));
        }
    }

    private void stopByPlan(Cause cause) {
        stop(cause, new StopLadder(spec.stopPlan()));
    }

    private void stop(Cause cause, StopLadder plan) {
        if (state == State.RUNNING) {
            // Whoever exited before the first signal was not stopped. The event may just not have been read yet.
            stages.forEach(Program::look);
            if (running == 0) {
                if (cause == Cause.CANCELLED || cause == Cause.CLOSED) {
                    hurry();
                }
                return;
            }
            trigger = cause;
            state = State.STOPPING;
            endIdleWatch();
        } else if (state == State.STOPPING) {
            stages.forEach(Program::look); // it may be over, which has just not been noticed yet
        }
        if (state == State.STOPPING) {
            sequence = plan;
            nextStep(plan);
        } else {
            hurry();
        }
    }

    private void stepIsDue(StopLadder plan) {
        stages.forEach(Program::look); // whoever is left when all programs have exited is killed by name
        if (state == State.STOPPING) {
            nextStep(plan);
        }
    }

    /**
     * The programs have ended, but somebody wants the run to end: what is in the pipes is taken and nobody is waited for who
     * may hold them; consumers get the drain time and no more.
     */
    private void hurry() {
        if (hurried) {
            return;
        }
        hurried = true;
        if (state == State.DRAINING) {
            giveUpPipes();
        } else if (state == State.CONSUMING) {
            consume();
        }
    }

    private void nextStep(StopLadder plan) {
        cancelTimer();
        if (scout != null) {
            scout.recall();
        }
        lookWhoIsThere();
        if (containment.reachesAll()) {
            takeStep(plan, null);
        } else {
            scout = MemberSearch.send(
                    loop, containment, plan.killIsNext(), patienceNanos(), snapshot -> found(plan, snapshot));
        }
    }

    private void lookWhoIsThere() {
        int[] programs = stages.stream()
                .filter(stage -> !stage.gone())
                .mapToInt(Program::pid)
                .toArray();
        if (programs.length > 0 && !spec.leaveStragglers()) {
            containment.stopComes(loop.callState(), programs);
        }
    }

    private void found(StopLadder plan, @Nullable MemberSnapshot snapshot) {
        if (state == State.STOPPING && firstSignal == NO_STEP) {
            stages.forEach(Program::look); // somebody may have exited while others were looked for, before any signal
        }
        if (state == State.STOPPING) {
            takeStep(plan, snapshot);
        }
    }

    private void takeStep(StopLadder plan, @Nullable MemberSnapshot snapshot) {
        long now = Clock.monotonicNanos();
        int signal = plan.advance();
        StopStepEvent step = Recorder.stopStep();
        if (step != null) {
            step.commit(number, pid(), trigger.name(), signal, now - started.startNanos());
        }
        if (running == 0 && plan.finished()) {
            addStep(signal, now, 0);
            sweepAndKill(false);
            return;
        }
        Delivery delivery = signalling.send(signal, snapshot);
        addStep(signal, now, delivery.refusal());
        if (signal != StopStep.SIGKILL && signal != StopStep.SIGCONT) {
            // A stopped process acts on nothing but KILL until it is continued. Whoever has refused the one gets
            // nothing by
            // the other.
            Delivery ignored = signalling.send(StopStep.SIGCONT, snapshot);
        }
        if (plan.finished()) {
            if (snapshot != null) {
                noteRefusal(snapshot.refusal());
                snapshot.living().stream().filter(Run::hasLeftTheGroup).forEach(escaped::add);
                containment.killed(loop.callState(), snapshot);
            }
            if (delivery.refusal() == 0) {
                replaceTimer(TimerQueue.after(now, patienceNanos()), this::giveUpOnPrograms);
            } else {
                insist(TimerQueue.after(now, spec.drainNanos()), FIRST_INSISTENCE_NANOS);
            }
        } else {
            replaceTimer(plan.nextDueNanos(now), () -> stepIsDue(plan));
        }
    }

    private void addStep(int signal, long now, int refusedBy) {
        firstSignal = firstSignal == NO_STEP ? signal : firstSignal;
        if (signal != 0) { // which is none: timeout -s 0 sends it at the deadline, and that is a step all the same
            Duration after = Duration.ofNanos(now - started.startNanos());
            stepsTaken.add(new StopStepTaken(new Signal(signal), after, refusedBy != 0));
        }
        noteRefusal(refusedBy);
    }

    private void noteRefusal(int errno) {
        if (refusal == 0) {
            refusal = errno;
        }
    }

    /**
     * Some program may not be killed. It is given the time that its pipes would have been given: it may end by itself, or
     * become one that can be killed, as a setuid program does that goes back.
     */
    private void insist(long untilNanos, long pauseNanos) {
        long now = Clock.monotonicNanos();
        long next = Math.min(untilNanos, TimerQueue.after(now, pauseNanos));
        replaceTimer(next, () -> {
            stages.forEach(Program::look);
            if (state != State.STOPPING) {
                return;
            }
            if (!killRefused()) {
                replaceTimer(TimerQueue.after(Clock.monotonicNanos(), patienceNanos()), this::giveUpOnPrograms);
            } else if (next == untilNanos) {
                giveUpOnPrograms();
            } else {
                insist(untilNanos, Math.min(2 * pauseNanos, LONGEST_INSISTENCE_NANOS));
            }
        });
    }

    /** Kills each program that is left; whether any of them may not be killed. */
    private boolean killRefused() {
        Delivery delivery = new Delivery();
        stages.forEach(stage -> delivery.add(stage.signal(StopStep.SIGKILL)));
        return delivery.refusal() != 0;
    }

    private static boolean hasLeftTheGroup(Straggler member) {
        return member.membership() != Straggler.Membership.LEADER && member.membership() != Straggler.Membership.GROUP;
    }

    private void stageExited() {
        running--;
        if (running > 0) {
            return;
        }
        exitNanos = Clock.monotonicNanos();
        endIdleWatch();
        if (spec.leaveStragglers()) {
            entry.leave();
        }
        if (state == State.STOPPING && firstSignal == NO_STEP) {
            // It was still being looked for whom to signal: nobody has stopped these.
            state = State.RUNNING;
            trigger = isFromOutside(trigger) ? Cause.EXITED : trigger;
        }
        boolean nobodyToSweep = spec.leaveStragglers() || containment.provenEmpty(loop.callState());
        if (state == State.RUNNING) {
            if (nobodyToSweep) {
                drain();
            } else {
                sweepAndKill(false);
            }
        } else if (state == State.STOPPING) {
            if (nobodyToSweep) {
                drain();
            } else if (sequence != null && sequence.finished()) {
                sweepAndKill(true);
            } else {
                // The others get the time that the plan gives them; its next step finds out whether they used it.
                sweep = newSweep();
                sweep.watch();
            }
        }
    }

    private void sweepAndKill(boolean alreadyKilled) {
        state = State.SWEEPING;
        cancelTimer();
        if (sweep == null) {
            sweep = newSweep();
        }
        sweep.kill(patienceNanos(), spec.drainNanos(), alreadyKilled);
    }

    private Sweep newSweep() {
        Set<Integer> programs = stages.stream().map(Program::pid).collect(Collectors.toUnmodifiableSet());
        return new Sweep(loop, containment, entry, programs, this::drain);
    }

    private long patienceNanos() {
        return Math.max(spec.drainNanos(), LEAST_PATIENCE_NANOS);
    }

    private void drain() {
        state = State.DRAINING;
        entry.leave();
        cancelTimer();
        streams.endInputs();
        streams.drain();
        if (streams.read()) {
            consume();
            return;
        }
        if (hurried || running > 0 || (sweep != null && !sweep.survivors().isEmpty())) {
            // Whoever may hold the pipes has been waited for that long already.
            giveUpPipes();
            return;
        }
        long now = Clock.monotonicNanos();
        replaceTimer(TimerQueue.after(now, spec.drainNanos() / 2), this::lookWhoHoldsThePipes);
    }

    /** Half of the drain time is over, so somebody else holds a pipe: find out who, while there is time. */
    private void lookWhoHoldsThePipes() {
        List<Integer> pipes = streams.openDescriptors();
        try {
            Thread.ofVirtual().name("leash-holders").start(() -> {
                Map<Integer, String> holders = PipeHolders.of(pipes);
                loop.execute(() -> pipeHolders = holders);
            });
        } catch (OutOfMemoryError e) {
            // No thread is to be had: then nobody is named.
        }
        replaceTimer(
                TimerQueue.after(Clock.monotonicNanos(), spec.drainNanos() - spec.drainNanos() / 2), this::giveUpPipes);
    }

    private void giveUpPipes() {
        streams.abandon();
        consume();
    }

    /** All that will be read has been. Whoever is being given it gets the time to take it, but no deadline waits. */
    private void consume() {
        if (state == State.DONE) {
            return;
        }
        state = State.CONSUMING;
        cancelTimer();
        if (streams.done()) {
            finish();
            return;
        }
        long now = Clock.monotonicNanos();
        boolean unhurried = trigger == Cause.EXITED && !hurried;
        long until = unhurried ? TimerQueue.after(started.startNanos(), spec.timeoutNanos()) : now;
        long limit = TimerQueue.after(Math.max(until, now), spec.drainNanos());
        if (limit != TimerQueue.NEVER) {
            replaceTimer(limit, () -> {
                streams.giveUpOnConsumers();
                finish();
            });
        }
    }

    @Override
    public int outputRead(int count) {
        long left = Math.max(0, spec.outputLimit() - outputBytes);
        outputBytes += count;
        if (idle != null) {
            idle.sawOutput();
        }
        return (int) Math.min(count, left);
    }

    @Override
    public void streamChanged() {
        if (state == State.DRAINING && streams.read()) {
            consume();
        } else if (state == State.CONSUMING && streams.done()) {
            finish();
        }
    }

    @Override
    public void limitReached() {
        endFor(Cause.OUTPUT_LIMIT);
    }

    @Override
    public void userCodeFailed(Throwable thrown) {
        Throwable first = failure;
        if (first == null) {
            failure = thrown;
        } else if (!first.equals(thrown)) {
            first.addSuppressed(thrown); // of another stream
        }
        endFor(Cause.FAILED);
    }

    /** For what may be found out after the programs have exited as well: the same output, the same cause. */
    private void endFor(Cause cause) {
        if (state == State.DONE) {
            return;
        }
        boolean running = state == State.RUNNING;
        if (trigger == Cause.EXITED) {
            // Before anything else: the stop may find that all have exited, and that the run is over.
            trigger = cause;
            if (state == State.CONSUMING) {
                consume();
            }
        }
        if (running) {
            stopByPlan(cause);
        }
    }

    private void finish() {
        @Nullable CgroupUse use = containment.use(); // before it is closed
        stages.forEach(Program::look);
        List<Straggler> survivors = survivors();
        release();
        Ending result;
        try {
            result = result(use, survivors);
        } catch (IllegalStateException | OutOfMemoryError e) {
            conclude(null, e);
            return;
        }
        conclude(result, null);
    }

    /** What a sweep has found last, and programs that are still there. Before the release. */
    private List<Straggler> survivors() {
        List<Straggler> alive = new ArrayList<>(sweep == null ? List.of() : sweep.survivors());
        noteRefusal(sweep == null ? 0 : sweep.refusal());
        for (Program stage : stages) {
            boolean found = alive.stream().anyMatch(member -> member.pid() == stage.pid());
            if (stage.gone()) {
                alive.removeIf(member -> member.pid() == stage.pid()); // since then
            } else if (!found) {
                int refusedBy = stage.refusal();
                noteRefusal(refusedBy);
                alive.add(Members.program(stage.pid(), stage.pid() == pid(), refusedBy != 0));
            }
        }
        return alive;
    }

    private Ending result(@Nullable CgroupUse use, List<Straggler> survivors) {
        List<Ending.Stage> ended = new ArrayList<>();
        for (int index = 0; index < stages.size(); index++) {
            Program stage = stages.get(index);
            ended.add(new Ending.Stage(stage.pid(), stage.exit(), streams.takeCaptured(index), streams.dropped(index)));
        }
        Cause decided = decidedTrigger(ended);
        return new Ending(
                decided,
                List.copyOf(ended),
                exitNanos - started.startNanos(),
                decided == Cause.EXITED ? List.of() : steps(survivors),
                killed(survivors),
                List.copyOf(survivors),
                refusal,
                streams.complete(),
                pipeHolders,
                failure,
                streams.malformed(),
                streams.longestHandlerNanos(),
                use,
                ReachedLimits.of(spec.stages(), ended, use, signalling.sentSignals()));
    }

    /** A group that a signal reached may hold somebody whom it did not: that shows in who is left. */
    private List<StopStepTaken> steps(List<Straggler> survivors) {
        List<StopStepTaken> steps = new ArrayList<>(stepsTaken);
        if (survivors.stream().anyMatch(Straggler::refused) && !steps.isEmpty()) {
            StopStepTaken last = steps.removeLast();
            steps.add(new StopStepTaken(last.signal(), last.after(), true));
        }
        return List.copyOf(steps);
    }

    private List<Straggler> killed(List<Straggler> survivors) {
        List<Straggler> killed = new ArrayList<>(escaped);
        if (sweep != null) {
            killed.addAll(sweep.killed());
        }
        killed.removeIf(member -> survivors.stream().anyMatch(other -> other.pid() == member.pid()));
        return killed;
    }

    private static boolean isFromOutside(Cause trigger) {
        return trigger == Cause.TIMED_OUT
                || trigger == Cause.IDLE
                || trigger == Cause.CANCELLED
                || trigger == Cause.CLOSED;
    }

    /**
     * Programs that were sent KILL first and yet all ended in another way had done so before the signal reached them: they
     * were exiting already when they were looked at, which takes the kernel a while. Nothing else can survive KILL, unless it
     * was refused.
     */
    private Cause decidedTrigger(List<Ending.Stage> ended) {
        boolean byThemselves = firstSignal == StopStep.SIGKILL
                && !stepsTaken.getFirst().refused()
                && ended.stream()
                        .allMatch(stage -> stage.exit().known() && stage.exit().signal() != StopStep.SIGKILL);
        return isFromOutside(trigger) && byThemselves ? Cause.EXITED : trigger;
    }

    /**
     * KILL was refused, or was sent and has no effect, as on a process that hangs in the kernel. The run ends with what it
     * has, and says who is left.
     */
    private void giveUpOnPrograms() {
        stages.forEach(Program::look); // the exit may just not have been noticed yet
        if (state != State.STOPPING) {
            return;
        }
        state = State.SWEEPING;
        cancelTimer();
        exitNanos = Clock.monotonicNanos();
        List<Integer> left =
                stages.stream().filter(stage -> !stage.gone()).map(Program::pid).toList();
        if (spec.leaveStragglers()) {
            drain();
            return;
        }
        sweep = newSweep();
        sweep.giveUp(left);
        sweep.kill(LAST_LOOK_NANOS, 0, true);
    }

    /** Something that is done for this run on the loop has thrown: then it fails, and nobody else. */
    private void threw(Throwable thrown) {
        if (outcome.isDone()) {
            Log.error("after the end of the run of process " + pid(), thrown);
        } else {
            fail(thrown);
        }
    }

    /** Ends the run with {@code cause} instead of an outcome, and kills what is left of it. */
    public void fail(Throwable cause) {
        if (state == State.DONE) {
            if (!outcome.isDone()) {
                conclude(null, cause); // it went wrong between the release and this
            }
            return;
        }
        // Each of these whatever the ones before have thrown; and whoever waits is told.
        try {
            attempt(this::killForFailure, cause);
            attempt(this::release, cause);
            attempt(streams::giveUpOnConsumers, cause);
        } finally {
            conclude(null, cause);
        }
    }

    private static void attempt(Runnable step, Throwable cause) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            if (!cause.equals(e)) {
                cause.addSuppressed(e);
            }
        }
    }

    private void killForFailure() {
        boolean signalled = false;
        try {
            Delivery delivery = signalling.send(StopStep.SIGKILL, null);
            signalled = true;
            if (delivery.refusal() != 0) {
                Log.warning("the run of process " + pid() + " has failed, and not all of it may be killed ("
                        + Errno.name(delivery.refusal()) + "): it lives on");
            }
            if (!containment.reachesAll()) {
                BackgroundKill.start(containment);
            }
        } finally {
            if (!signalled) {
                stages.forEach(Program::killWithGroup);
            }
        }
    }

    /** Gives back every descriptor and timer, each whatever the ones before have thrown. */
    private void release() {
        state = State.DONE;
        try {
            stopWaiting();
        } finally {
            try {
                containment.close(loop.callState());
            } finally {
                try {
                    entry.leave(); // before the number may be somebody else's
                } finally {
                    releaseFrom(0);
                }
            }
        }
    }

    private void stopWaiting() {
        cancelTimer();
        endIdleWatch();
        if (sweep != null) {
            sweep.cancel();
        }
        if (scout != null) {
            scout.recall();
        }
    }

    private void releaseFrom(int stage) {
        if (stage < stages.size()) {
            try {
                stages.get(stage).release();
            } finally {
                releaseFrom(stage + 1);
            }
        } else if (begun) {
            streams.abandon();
        } else {
            streams.discard(started.stages());
        }
    }

    /** Whether it has been ended by its deadline. */
    public boolean timedOut() {
        return timedOut;
    }

    /** Whatever the tellers throw, the run is over, and its outcome is told. */
    private void conclude(@Nullable Ending result, @Nullable Throwable thrown) {
        timedOut = result != null && result.cause() == Cause.TIMED_OUT;
        try {
            if (event != null) {
                record(event, result, thrown);
            }
            if (result != null && !result.leftAlive().isEmpty()) {
                Log.warning("of the run of process " + pid() + " these could not be ended, and are alive: "
                        + Members.text(result.leftAlive(), result.refusal()));
            }
        } finally {
            done.accept(this);
            if (thrown != null) {
                outcome.completeExceptionally(thrown);
            } else {
                outcome.complete(result);
            }
        }
    }

    private void record(RunEvent into, @Nullable Ending result, @Nullable Throwable thrown) {
        if (result != null) {
            WaitStatus exit = result.exit();
            into.ended(
                    result.cause().name(),
                    exit.signaled() ? -1 : exit.code(),
                    exit.signal(),
                    result.wallNanos(),
                    exit.userNanos() + exit.systemNanos());
            into.left(
                    result.outputComplete(),
                    result.killed().size(),
                    result.leftAlive().size());
            into.reached(result.limits().kinds(), result.limits().oomKills());
        }
        into.commit(number, pid(), outputBytes, result == null ? thrown : result.failure());
    }

    private void endIdleWatch() {
        if (idle != null) {
            idle.end();
            idle = null;
        }
    }

    private void replaceTimer(long dueNanos, Runnable action) {
        cancelTimer();
        timer = loop.schedule(dueNanos, action);
    }

    private void cancelTimer() {
        if (timer != null) {
            loop.cancel(timer);
            timer = null;
        }
    }
}
