package dev.leash.cli.timeout;

import dev.leash.Cause;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.SignalRelay;
import dev.leash.cli.run.ForegroundJob;
import dev.leash.internal.contain.Delivery;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SignalSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides when {@code leash timeout} sends which signal. The time is up at the deadline, or when this process gets
 * ALRM. It forwards any other signal. The first of these events also starts the time of {@code --kill-after}; when
 * that ends, the time is up as well, and KILL is sent from then on. For the loop's thread.
 */
final class TimeoutAlarm implements SignalRelay.Receiver {
    private static final StopStep KILL = new StopStep(StopStep.SIGKILL, 0);

    private final EventLoop loop;
    private final Run run;
    private final TimeoutOptions options;
    private boolean killIsNext;

    TimeoutAlarm(EventLoop loop, Run run, TimeoutOptions options) {
        this.loop = loop;
        this.run = run;
        this.options = options;
    }

    /** Sets the deadline. From any thread. */
    void set(long startNanos) {
        if (options.durationNanos() > 0) {
            long due = TimerQueue.after(startNanos, options.durationNanos());
            loop.execute(() -> loop.schedule(due, this::ring));
        }
    }

    @Override
    public void received(int signal) {
        if (signal == ForegroundJob.SIGCHLD) {
            return; // of an orphan, or of the program, whose pidfd is polled
        }
        if (signal == TimeoutSignals.SIGALRM) {
            ring();
            return;
        }
        if (SignalSet.contains(PassableSignals.HARMLESS, signal) && signal != options.signal()) {
            // They do not ask for an end, and may come more than once. The terminal itself sends them to the group.
            CompletableFuture<@Nullable Integer> ignored =
                    run.requests().askWhilePinned(pid -> Processes.kill(loop.callState(), pid, signal));
            return;
        }
        if (startsKillTime()) {
            loop.scheduleAfter(options.killAfterNanos(), this::ring);
        }
        CompletableFuture<Delivery> ignored = run.requests().signal(signal);
    }

    private void ring() {
        boolean kill = options.sendsKill() || killIsNext;
        long grace = startsKillTime() ? options.killAfterNanos() : Long.MAX_VALUE;
        // After an endless grace the KILL never comes.
        run.requestStop(Cause.TIMED_OUT, kill ? List.of(KILL) : List.of(new StopStep(options.signal(), grace), KILL));
    }

    private boolean startsKillTime() {
        boolean first = !killIsNext && options.killAfterNanos() > 0;
        killIsNext |= first;
        return first;
    }
}
