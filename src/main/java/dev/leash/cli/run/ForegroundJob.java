package dev.leash.cli.run;

import dev.leash.Child;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalNumbers;
import dev.leash.internal.sys.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * What a shell does for its foreground job, done for a program that has a process group of its own: it gets the terminal,
 * so that it may read and is sent Ctrl-C; when it stops (Ctrl-Z), this process stops too, and when a shell continues this
 * process, the program goes on.
 *
 * <p>The terminal is lent at once where standard output is that terminal as well. Otherwise, when the program first needs
 * it and is stopped for that: in {@code leash run -- make | less} it is less that wants the terminal. All methods are for
 * the loop's thread, but {@link #ofTerminal} and {@link #takeBack}.
 */
public final class ForegroundJob {
    public static final int SIGCHLD = SignalNumbers.SIGCHLD;
    public static final int SIGCONT = SignalNumbers.SIGCONT;
    public static final int SIGTSTP = SignalNumbers.SIGTSTP;
    public static final int SIGTTIN = SignalNumbers.SIGTTIN;
    public static final int SIGTTOU = SignalNumbers.SIGTTOU;

    private static final int TERMINAL = 0;
    private static final int OWN_GROUP = 0;

    /** The loop's thread's: no other uses it. */
    private final CallState state = CallState.create();

    private final boolean eager;
    private final int ownGroup = OwnProcess.group();
    private volatile int borrower;
    private int resumed;
    private volatile boolean hadTerminal;
    private final byte @Nullable [] modes;

    private ForegroundJob(CallState callersState, boolean eager) {
        this.eager = eager;
        this.modes = Terminal.modes(callersState, TERMINAL);
    }

    /** Null if standard input is not the controlling terminal. From then on this process ignores SIGTTOU. */
    static @Nullable ForegroundJob ofTerminal(int stdout) {
        CallState state = CallState.create();
        if (Terminal.foregroundGroup(state, TERMINAL) < 0) {
            return null;
        }
        // Who is not in the foreground is stopped by tcsetpgrp: the way back would be barred.
        SignalDispositions.ignore(SIGTTOU);
        return new ForegroundJob(state, Terminal.foregroundGroup(state, stdout) >= 0);
    }

    void started(Child child) {
        if (eager && inForeground()) {
            lend(child);
        }
    }

    /** On SIGCHLD. */
    void childChanged(Child child) {
        int signal = Processes.stopSignal(state, (int) child.pid());
        boolean wantsTerminal = signal == SIGTTIN || signal == SIGTTOU;
        // Lent already and yet stopped: it tried before it had it. But whoever stops again wants another terminal.
        if (wantsTerminal && resumed < 3 && (borrower != 0 || inForeground())) {
            resumed++;
            lend(child);
            SignalForwarder.send(child, SIGCONT);
        } else if (wantsTerminal || signal == SIGTSTP) {
            // To the group: a shell waits until all of a pipeline has stopped. A group without a shell is not stopped.
            takeBack();
            int ignored = Processes.kill(state, OWN_GROUP, SIGTSTP); // which it is in, so it may
        }
        // Whoever sent STOP to the program has not asked leash to lose sight of its deadline.
    }

    /** On SIGCONT. */
    void continued(Child child) {
        resumed = 0;
        if (eager && inForeground()) {
            lend(child);
        }
        SignalForwarder.send(child, SIGCONT);
    }

    private boolean inForeground() {
        return Terminal.foregroundGroup(state, TERMINAL) == ownGroup;
    }

    private void lend(Child child) {
        hadTerminal = false;
        borrower = (int) child.pid();
        // If it has ended meanwhile, or the terminal has gone, there is nothing to lend.
        int ignored = Terminal.setForegroundGroup(state, TERMINAL, borrower);
    }

    /** The caller gets the terminal back that he gave. Also from another thread, when the run has ended. */
    void takeBack() {
        if (borrower != 0) {
            borrower = 0;
            hadTerminal = true;
            int ignored = Terminal.setForegroundGroup(CallState.create(), TERMINAL, ownGroup); // unless it has gone
        }
    }

    /**
     * Gives the terminal the modes that leash has found, in place of those of a program that had no time to put them back. After
     * {@link #takeBack}; only where the program had the terminal until then: else somebody else is using it.
     */
    void restoreModes() {
        if (hadTerminal && modes != null) {
            int ignored = Terminal.setModes(CallState.create(), TERMINAL, modes); // it has gone
        }
    }

    /** Whether the program had the terminal until {@link #takeBack}, so that what is typed went to it alone. */
    boolean hadTerminal() {
        return hadTerminal;
    }
}
