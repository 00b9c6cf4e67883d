package dev.leash.internal.run;

/**
 * A signal that was sent to a run, and when, counted from its start.
 *
 * @param refusal the errno with which the kernel refused it to some process of the run, EPERM as a rule; 0 if it did not
 */
public record StepTaken(int signal, long afterNanos, int refusal) {
    /** The same step, of which it turned out later that somebody could not be signalled. */
    StepTaken refused(int errno) {
        return refusal == 0 ? new StepTaken(signal, afterNanos, errno) : this;
    }
}
