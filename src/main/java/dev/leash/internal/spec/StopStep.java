package dev.leash.internal.spec;

/**
 * A signal, and how long to wait for its effect before the next one.
 *
 * @param graceNanos of no meaning in the last step
 */
public record StopStep(int signal, long graceNanos) {
    public static final int SIGKILL = 9;
    public static final int SIGCONT = 18;
}
