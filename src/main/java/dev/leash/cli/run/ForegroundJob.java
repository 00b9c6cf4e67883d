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
 * Does for a program with a process group of its own what a shell does for its foreground job. The program gets the
 * terminal, so that it may read and gets Ctrl-C; when it stops (Ctrl-Z), this process stops too, and when a shell
 * continues this process, the program continues.
 *
 * <p>If standard output is the same terminal, the program gets the terminal at once. Otherwise it gets it when it
 * first needs it and the kernel stops it for that: in {@code leash run -- make | less} less needs the terminal. All
 * methods are for the loop's thread, except {@link #ofTerminal} and {@link #takeBack}.
 */
public final class ForegroundJob {
    public static final int SIGCHLD = SignalNumbers.SIGCHLD;
    public static final int SIGCONT = SignalNumbers.SIGCONT;
    public static final int SIGTSTP = SignalNumbers.SIGTSTP;
    public static final int SIGTTIN = SignalNumbers.SIGTTIN;
    public static final int SIGTTOU = SignalNumbers.SIGTTOU;

    private static final int TERMINAL = 0;
    private static final int OWN_GROUP = 0;

    /** Only the loop's thread uses it. */
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
        // tcsetpgrp stops a process that is not in the foreground, so this process could not take the terminal back.
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
        // The program has the terminal and has stopped all the same: it tried before it had it. If it stops again and
        // again, it needs another terminal.
        if (wantsTerminal && resumed < 3 && (borrower != 0 || inForeground())) {
            resumed++;
            lend(child);
            SignalForwarder.send(child, SIGCONT);
        } else if (wantsTerminal || signal == SIGTSTP) {
            // To the group, because a shell waits until the whole pipeline has stopped. The kernel does not stop an
            // orphaned group, which has no shell.
            takeBack();
            int ignored = Processes.kill(state, OWN_GROUP, SIGTSTP); // cannot be refused: this process is in it
        }
        // If the program was sent STOP, leash goes on: it has to watch the deadline.
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
        // Fails if the program has ended or the terminal is gone: then there is nothing to do.
        int ignored = Terminal.setForegroundGroup(state, TERMINAL, borrower);
    }

    /** Gives the terminal back to the caller's group. Also from another thread, when the run has ended. */
    void takeBack() {
        if (borrower != 0) {
            borrower = 0;
            hadTerminal = true;
            // Fails if the terminal is gone.
            int ignored = Terminal.setForegroundGroup(CallState.create(), TERMINAL, ownGroup);
        }
    }

    /**
     * Restores the modes that the terminal had at the start, because the program had no time to restore them. After
     * {@link #takeBack}; only if the program had the terminal until then: otherwise another process uses it.
     */
    void restoreModes() {
        if (hadTerminal && modes != null) {
            int ignored = Terminal.setModes(CallState.create(), TERMINAL, modes); // fails if the terminal is gone
        }
    }

    /** Whether the program had the terminal until {@link #takeBack}, so that it alone got what was typed. */
    boolean hadTerminal() {
        return hadTerminal;
    }
}
