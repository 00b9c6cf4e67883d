package dev.leash.cli.run;

import dev.leash.Child;
import dev.leash.cli.run.RunStreams.TerminalSize;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalNumbers;
import dev.leash.internal.sys.Terminal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the caller's terminal and that of a program with {@code --tty}: every key goes to the program as it is
 * typed, Ctrl-C included, and the program's terminal has the size of the caller's.
 */
public final class TerminalBridge {
    public static final int SIGWINCH = SignalNumbers.SIGWINCH;

    private static final int TERMINAL = 0;

    private final int stdout;
    private final CallState state = CallState.create();
    private byte @Nullable [] found;
    private byte[] raw = {};

    private TerminalBridge(int stdout) {
        this.stdout = stdout;
    }

    /** Null if standard input is not a terminal. */
    static @Nullable TerminalBridge of(int stdout) {
        return RunStreams.callersTerminal(TERMINAL) == null ? null : new TerminalBridge(stdout);
    }

    /** Changes the caller's terminal, unless somebody else is in its foreground. */
    void enter() {
        byte[] modes = isOurs() ? Terminal.modes(state, TERMINAL) : null;
        if (modes != null) {
            // Else this process would be stopped if it is in the background when it puts the terminal back.
            SignalDispositions.ignore(ForegroundJob.SIGTTOU);
            found = modes;
            raw = Terminal.raw(modes);
            int ignored = Terminal.setModes(state, TERMINAL, raw); // it has gone, and leash is about to be told
        }
    }

    /** Puts the terminal back, unless somebody else is in its foreground and has changed it by now, as a shell does. */
    void leave() {
        if (found != null && (isOurs() || Arrays.equals(raw, Terminal.modes(state, TERMINAL)))) {
            int ignored = Terminal.setModes(state, TERMINAL, found); // it has gone
        }
    }

    private boolean isOurs() {
        int foreground = Terminal.foregroundGroup(state, TERMINAL);
        // Where it is not the controlling terminal there is no foreground.
        return foreground < 0 || foreground == OwnProcess.group();
    }

    /** On SIGWINCH. */
    void resized(Child child) {
        TerminalSize size = RunStreams.callersTerminal(stdout);
        if (size != null) {
            boolean ignored = child.resize(size.columns(), size.rows()); // on the loop this does not wait
        }
    }
}
