package dev.leash;

import java.time.Duration;

/**
 * A signal of a {@link StopPlan} that was sent to a run. The CONT that follows each signal is not listed.
 *
 * {@snippet class="dev.leash.examples.GracefulStop" region="graceful"}
 *
 * @param signal which
 * @param after when, counted from the start of the run
 */
public record StopStepTaken(Signal signal, Duration after) {}
