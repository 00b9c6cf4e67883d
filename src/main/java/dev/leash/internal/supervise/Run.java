package dev.leash.internal.supervise;

import dev.leash.internal.contain.Containment;
import dev.leash.internal.io.OutputPump;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Exit;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.internal.sys.WaitBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one started command.
 *
 * <pre>
 * RUNNING ── deadline, cancel, limit, close ──▶ STOPPING (the steps of the plan)
 *    │                                              │
 *    └──────────── leader has exited ──▶ SWEEPING ◀─┘
 *                                            └──▶ DRAINING ──▶ DONE
 * </pre>
 *
 * Only the loop's thread calls what is not said to be for any thread. So between looking whether the leader has exited and
 * signalling it nothing else can reap it, and what ended the run is what the loop saw first.
 */
public final class Run implements OutputPump.Listener {
    private enum State {
        RUNNING,
        STOPPING,
        SWEEPING,
        DRAINING,
        DONE
    }

    /** How long to wait before a leader is looked at again that has exited and cannot be reaped: it is being traced. */
    private static final long TRACED_PAUSE_NANOS = 10_000_000;

    /**
     * How long KILL is given to take effect, though the drain time be shorter. The kernel has to tear things down, and on
     * a busy machine a dying process waits for the processor like any other.
     */
    private static final long LEAST_PATIENCE_NANOS = 5_000_000_000L;

    private final EventLoop loop;
    private final SharedBuffer buffer;
    private final WaitBuffer waits;
    private final RunSpec spec;
    private final Started started;
    private final Consumer<Run> done;
    private final Containment containment;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final List<StepTaken> stepsTaken = new ArrayList<>();

    private State state = State.RUNNING;
    private Trigger trigger = Trigger.LEADER_EXIT;
    private @Nullable Registration leader;
    private @Nullable Streams streams;
    private @Nullable StopSequence sequence;
    private @Nullable Sweep sweep;
    /** The one timer that matters in the present state: deadline, next step, or the end of patience. */
    private @Nullable Timer timer;

    private @Nullable Exit exit;
    private boolean leaderExited;
    private long exitNanos;

    Run(EventLoop loop, SharedBuffer buffer, WaitBuffer waits, RunSpec spec, Started started, Consumer<Run> done) {
        this.loop = loop;
        this.buffer = buffer;
        this.waits = waits;
        this.spec = spec;
        this.started = started;
        this.done = done;
        this.containment = spec.containment().of(loop.callState(), started.pid(), started.pidfd());
    }

    /** The leader's pid. From any thread. */
    public int pid() {
        return started.pid();
    }

    /** Completed on the loop's thread: dependents must be asynchronous. From any thread. */
    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Ends the run by {@code steps}; a run that is being stopped goes on by them. From any thread. */
    public void requestStop(Trigger cause, List<StopStep> steps) {
        StopSequence plan = new StopSequence(steps);
        loop.execute(() -> stop(cause, plan));
    }

    /** Ends the run by its own plan. From any thread. */
    public void requestStop(Trigger cause) {
        requestStop(cause, spec.stopPlan());
    }

    /** Signals the run; completed with false if it had ended or there was nobody to signal. From any thread. */
    public CompletableFuture<Boolean> signal(int signal) {
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        loop.execute(() -> sent.complete(state != State.DONE && containment.signal(signal) == 0));
        return sent;
    }

    /** Completed with what {@code question} answers while the pid is the leader's own, or null. From any thread. */
    public <T> CompletableFuture<@Nullable T> askWhilePinned(IntFunction<@Nullable T> question) {
        CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(leaderExited ? null : question.apply(started.pid())));
        return answer;
    }

    void begin() {
        try {
            leader = loop.register(started.pidfd(), Epoll.IN, readiness -> leaderReady());
        } catch (SystemCallException e) {
            Descriptors.closeIfOpen(loop.callState(), started.stdin());
            Descriptors.closeIfOpen(loop.callState(), started.stdout());
            Descriptors.closeIfOpen(loop.callState(), started.stderr());
            fail(e);
            return;
        }
        try {
            streams = new Streams(loop, buffer, spec, started, this);
        } catch (SystemCallException e) {
            fail(e);
            return;
        }
        long deadline = TimerQueue.after(started.startNanos(), spec.timeoutNanos());
        if (deadline != TimerQueue.NEVER) {
            timer = loop.schedule(deadline, () -> stop(Trigger.DEADLINE, new StopSequence(spec.stopPlan())));
        }
    }

    private void stop(Trigger cause, StopSequence plan) {
        if (state == State.RUNNING) {
            // Whoever exited before the first signal was not stopped. The event may just not have been read yet.
            if (Processes.hasExited(loop.callState(), started.pidfd(), waits)) {
                leaderReady();
            }
            if (leaderExited) {
                return;
            }
            trigger = cause;
            state = State.STOPPING;
        }
        if (state == State.STOPPING) {
            sequence = plan;
            nextStep(plan);
        }
    }

    private void nextStep(StopSequence plan) {
        long now = Clock.monotonicNanos();
        int signal = plan.advance();
        stepsTaken.add(new StepTaken(signal, now - started.startNanos()));
        if (leaderExited && plan.finished()) {
            sweepAndKill(false);
            return;
        }
        containment.signal(signal);
        if (signal != StopStep.SIGKILL && signal != StopStep.SIGCONT) {
            // A stopped process acts on nothing but KILL until it is continued.
            containment.signal(StopStep.SIGCONT);
        }
        if (plan.finished()) {
            replaceTimer(TimerQueue.after(now, patienceNanos()), this::giveUpOnLeader);
        } else {
            replaceTimer(plan.nextDueNanos(now), () -> nextStep(plan));
        }
    }

    private void leaderReady() {
        if (leaderExited || state == State.DONE) {
            return;
        }
        if (!takeExit()) {
            // Readable but not to be reaped: a tracer has it. The descriptor stays readable, so look again later.
            if (leader != null) {
                leader.cancel();
            }
            loop.scheduleAfter(TRACED_PAUSE_NANOS, this::leaderReady);
            return;
        }
        leaderExited = true;
        exitNanos = Clock.monotonicNanos();
        if (leader != null) {
            leader.cancel();
        }
        if (state == State.RUNNING) {
            if (spec.leaveStragglers() || containment.provenEmpty()) {
                drain();
            } else {
                sweepAndKill(false);
            }
        } else if (state == State.STOPPING) {
            if (spec.leaveStragglers() || containment.provenEmpty()) {
                drain();
            } else if (sequence != null && sequence.finished()) {
                sweepAndKill(true);
            } else {
                // The others get the time that the plan gives them; its next step finds out whether they used it.
                sweep = new Sweep(loop, containment, this::drain);
                sweep.watch();
            }
        }
    }

    /** Whether the leader has exited; takes its status unless the zombie is still needed. */
    private boolean takeExit() {
        if (containment.needsZombieLeader()) {
            return Processes.hasExited(loop.callState(), started.pidfd(), waits);
        }
        return reap();
    }

    private boolean reap() {
        int reaped = Processes.reap(loop.callState(), started.pid(), waits);
        if (reaped > 0) {
            exit = waits.exit();
        }
        // A negative answer is ECHILD: it is gone, and somebody else in this process knows how.
        return reaped != 0;
    }

    private void sweepAndKill(boolean alreadyKilled) {
        state = State.SWEEPING;
        cancelTimer();
        if (sweep == null) {
            sweep = new Sweep(loop, containment, this::drain);
        }
        sweep.kill(patienceNanos(), alreadyKilled);
    }

    private long patienceNanos() {
        return Math.max(spec.drainNanos(), LEAST_PATIENCE_NANOS);
    }

    private void drain() {
        state = State.DRAINING;
        cancelTimer();
        if (streams == null || streams.ended()) {
            finish();
        } else {
            streams.closeInput();
            replaceTimer(TimerQueue.after(Clock.monotonicNanos(), spec.drainNanos()), this::finish);
        }
    }

    @Override
    public void ended() {
        if (state == State.DRAINING && streams != null && streams.ended()) {
            finish();
        }
    }

    @Override
    public void limitReached() {
        if (state == State.RUNNING) {
            stop(Trigger.OUTPUT_LIMIT, new StopSequence(spec.stopPlan()));
        }
        // A pipe may hold the byte too many when the leader has exited already: the same output, the same cause.
        if (trigger == Trigger.LEADER_EXIT) {
            trigger = Trigger.OUTPUT_LIMIT;
        }
    }

    private void finish() {
        release();
        if (exit == null) {
            conclude(
                    null,
                    new IllegalStateException("the exit status of process " + started.pid()
                            + " is lost: other code in this JVM has waited for all children"));
            return;
        }
        Trigger decided = decidedTrigger(exit);
        conclude(
                new Outcome(
                        decided,
                        exit,
                        exitNanos - started.startNanos(),
                        decided == Trigger.LEADER_EXIT ? List.of() : List.copyOf(stepsTaken),
                        sweep == null ? 0 : sweep.stragglersKilled(),
                        sweep == null ? Set.of() : sweep.survivors(),
                        streams == null ? new byte[0] : streams.stdout(),
                        streams == null ? new byte[0] : streams.stderr(),
                        streams == null || streams.complete()),
                null);
    }

    /**
     * A leader that was sent KILL first and yet ended in another way had done so before the signal reached it: it was
     * exiting already when it was looked at, which takes the kernel a while. Nothing else can survive KILL.
     */
    private Trigger decidedTrigger(Exit exit) {
        boolean byItself = exit.signal() != StopStep.SIGKILL
                && !stepsTaken.isEmpty()
                && stepsTaken.getFirst().signal() == StopStep.SIGKILL;
        return byItself && trigger != Trigger.OUTPUT_LIMIT ? Trigger.LEADER_EXIT : trigger;
    }

    /** KILL was sent and the leader is still there, in an uninterruptible sleep most likely. */
    private void giveUpOnLeader() {
        fail(new IllegalStateException("process " + started.pid() + " was sent SIGKILL and has not died within "
                + patienceNanos() / 1_000_000 + " ms; it may hang in the kernel (state D)"));
    }

    /** Ends the run with {@code failure} instead of an outcome, and kills what is left of it. */
    void fail(Throwable failure) {
        if (state == State.DONE) {
            return;
        }
        containment.signal(StopStep.SIGKILL);
        boolean reapLater = !leaderExited || (exit == null && containment.needsZombieLeader());
        release();
        if (reapLater) {
            // Not here: it may take for ever, and this is the loop's thread.
            try {
                Thread.ofPlatform()
                        .daemon()
                        .name("leash-reaper-" + started.pid())
                        .start(() -> Processes.reapWaiting(CallState.create(), started.pid(), new WaitBuffer()));
            } catch (OutOfMemoryError e) {
                // No thread is to be had. A zombie is left; whoever waits must be told all the same.
            }
        }
        conclude(null, failure);
    }

    /** Gives back every descriptor and timer. */
    private void release() {
        cancelTimer();
        if (sweep != null) {
            sweep.cancel();
        }
        if (leader != null) {
            leader.cancel();
        }
        if (streams != null) {
            streams.abandon();
        }
        if (state != State.DONE) {
            state = State.DONE;
            if (containment.needsZombieLeader() && leaderExited) {
                reap();
            }
            Descriptors.close(loop.callState(), started.pidfd());
        }
    }

    private void conclude(@Nullable Outcome result, @Nullable Throwable failure) {
        done.accept(this);
        if (failure != null) {
            outcome.completeExceptionally(failure);
        } else {
            outcome.complete(result);
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
