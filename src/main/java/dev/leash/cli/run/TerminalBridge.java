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
 * Connects the caller's terminal to that of a program with {@code --tty}: each key goes to the program as it is
 * typed, including Ctrl-C, and the program's terminal has the size of the caller's.
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

    /** Puts the caller's terminal into raw mode, unless another group is in its foreground. */
    void enter() {
        byte[] modes = isOurs() ? Terminal.modes(state, TERMINAL) : null;
        if (modes != null) {
            // Otherwise the kernel would stop this process if it is in the background when it restores the terminal.
            SignalDispositions.ignore(ForegroundJob.SIGTTOU);
            found = modes;
            raw = Terminal.raw(modes);
            int ignored = Terminal.setModes(state, TERMINAL, raw); // fails if the terminal is gone; leash gets HUP then
        }
    }

    /**
     * Restores the terminal, unless another group is in its foreground and may have changed it by now, as a shell
     * does.
     */
    void leave() {
        if (found != null && (isOurs() || Arrays.equals(raw, Terminal.modes(state, TERMINAL)))) {
            int ignored = Terminal.setModes(state, TERMINAL, found); // fails if the terminal is gone
        }
    }

    private boolean isOurs() {
        int foreground = Terminal.foregroundGroup(state, TERMINAL);
        // A terminal that is not the controlling one has no foreground for this process.
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
