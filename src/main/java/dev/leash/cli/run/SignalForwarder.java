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
 * Forwards the signals that {@code leash run} gets. They are meant for the program, so its group gets them, and it
 * decides: an interpreter continues after INT, a daemon after HUP. So they do not change the cause: for a program
 * that ends by one it is {@code exited}. Two of them are meant for leash as well: a second INT and TERM ask for an
 * end. If a grace was given, the program has that time to end. If leash has to KILL, the cause is {@code cancelled}.
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
            // A stopped program would not handle the signal; a stop plan sends CONT for the same reason.
            send(child, ForegroundJob.SIGCONT);
            if (signal == Signal.TERM.number() && graceNanos > 0 && !terminated) {
                terminated = true;
                loop.scheduleAfter(graceNanos, this::kill);
            }
        }
    }

    /** Does not wait for the outcome: kill(1) does not learn it either. */
    public static void send(Child child, int signal) {
        CommandAccess.get().signal(child, signal);
    }

    private void kill() {
        child.kill();
    }
}
