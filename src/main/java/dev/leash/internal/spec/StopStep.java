package dev.leash.internal.spec;

import java.util.List;

/**
 * A signal, and how long to wait for its effect before the next one.
 *
 * @param graceNanos of no meaning in the last step
 */
public record StopStep(int signal, long graceNanos) {
    public static final int SIGKILL = 9;
    public static final int SIGCONT = 18;

    /** The shortest plan. */
    public static final List<StopStep> KILL_AT_ONCE = List.of(new StopStep(SIGKILL, 0));
}
