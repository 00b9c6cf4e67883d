package dev.leash.internal.spec;

import dev.leash.internal.sys.SignalNumbers;
import java.util.List;

/**
 * A signal, and how long to wait for its effect before the next one.
 *
 * @param graceNanos has no meaning in the last step
 */
public record StopStep(int signal, long graceNanos) {
    public static final int SIGKILL = SignalNumbers.SIGKILL;
    public static final int SIGCONT = SignalNumbers.SIGCONT;

    /** The shortest plan. */
    public static final List<StopStep> KILL_AT_ONCE = List.of(new StopStep(SIGKILL, 0));
}
