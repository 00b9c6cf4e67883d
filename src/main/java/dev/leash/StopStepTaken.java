package dev.leash;

import java.time.Duration;

/**
 * A signal of a {@link StopPlan} that was sent to a run. The CONT that follows each signal is not listed.
 *
 * {@snippet class="dev.leash.examples.GracefulStop" region="graceful"}
 *
 * @param signal the signal
 * @param after when it was sent, counted from the start of the run
 * @param refused whether the kernel refused to deliver it to a process of the run, see kill(2): one that has become
 *     another user, as sudo does. The others got it. A process for which KILL was refused is among {@link
 *     Result#survivors()}, unless it ended by itself
 */
public record StopStepTaken(Signal signal, Duration after, boolean refused) {}
