package dev.leash;

/**
 * Why a run ended. How it ended is in {@link Result#status()}: a run that {@link #TIMED_OUT} may have exited with 0,
 * if its program handles the signal.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="tell"}
 */
public enum Cause {
    /** The program ended by itself, without a request to stop. */
    EXITED,
    /** The timeout expired. A program that exited before the first signal was sent never counts as timed out. */
    TIMED_OUT,
    /** There was no output for the {@linkplain Command#idleTimeout idle timeout}. */
    IDLE,
    /** {@link Child#stop()}, {@link Child#kill()}, or an interrupt of the thread that was in {@link Supervisor#run}. */
    CANCELLED,
    /** There was more output than its capture or the command allows. What was captured is kept. */
    OUTPUT_LIMIT,
    /** A consumer of output, or a source of input, has thrown: see {@link Result#failure()}. */
    FAILED,
    /** The supervisor was closed, or the JVM shut down. */
    CLOSED
}
