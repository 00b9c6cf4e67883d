package dev.leash.bench;

import dev.leash.Cause;
import dev.leash.ExitStatus;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One measured run. Immutable.
 *
 * @param variant its number, from 0
 * @param round the number of its round, from 0: each round has every variant once, in an order of its own
 * @param start when it was started, from the start of the bench
 * @param cause why it ended
 * @param status how it ended
 * @param stragglersKilled how many processes it had left behind, which were killed
 * @param values what was measured of it. Unmodifiable; without those metrics that it has no value for
 */
public record Measurement(
        int variant,
        int round,
        Duration start,
        Cause cause,
        ExitStatus status,
        int stragglersKilled,
        Map<Metric, Double> values) {
    /** The value of {@code metric}, if it has one. */
    public OptionalDouble value(Metric metric) {
        Double value = values.get(metric);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Whether it exited by itself, with 0. */
    public boolean succeeded() {
        return cause == Cause.EXITED && status instanceof ExitStatus.Exited exited && exited.code() == 0;
    }
}
