package dev.leash.cli.run;

import dev.leash.Child;
import dev.leash.Signal;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.SignalRelay;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.sys.SignalSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code leash run} does with the signals that it is sent. They are meant for the program, so its group gets them, and
 * it decides: an interpreter goes on after INT, a daemon after HUP. Therefore they do not change the cause; a program that
 * dies of one has just {@code exited}. Two of them are meant for leash as well: a second INT comes from somebody who has
 * lost patience, and TERM from somebody who wants an end; where a grace is given, that is what the program has left. If
 * leash has to KILL, the cause is {@code cancelled}.
 */
public final class SignalForwarder implements SignalRelay.Receiver {
    private final EventLoop loop;
    private final Child child;
    private final long graceNanos;
    private final @Nullable ForegroundJob job;
    private final @Nullable TerminalBridge bridge;
    private boolean interrupted;
    private boolean terminated;

    /** @param graceNanos from TERM to KILL; 0 for no KILL */
    SignalForwarder(
            EventLoop loop,
            Child child,
            long graceNanos,
            @Nullable ForegroundJob job,
            @Nullable TerminalBridge bridge) {
        this.loop = loop;
        this.child = child;
        this.graceNanos = graceNanos;
        this.job = job;
        this.bridge = bridge;
    }

    @Override
    public void received(int signal) {
        if (signal == ForegroundJob.SIGCHLD) {
            if (job != null) {
                job.childChanged(child);
            }
        } else if (job != null && signal == ForegroundJob.SIGCONT) {
            job.continued(child);
        } else if (bridge != null && signal == TerminalBridge.SIGWINCH) {
            bridge.resized(child);
        } else if (SignalSet.contains(PassableSignals.HARMLESS, signal)) {
            send(child, signal);
        } else if (signal == Signal.INT.number() && interrupted) {
            kill();
        } else {
            interrupted |= signal == Signal.INT.number();
            send(child, signal);
            // A stopped program would not notice, as with the signals of a stop plan.
            send(child, ForegroundJob.SIGCONT);
            if (signal == Signal.TERM.number() && graceNanos > 0 && !terminated) {
                terminated = true;
                loop.scheduleAfter(graceNanos, this::kill);
            }
        }
    }

    /** Whether it still finds somebody, who may be signalled, is nothing to wait for: kill(1) is told as little. */
    public static void send(Child child, int signal) {
        CommandAccess.get().signal(child, signal);
    }

    private void kill() {
        child.kill();
    }
}
