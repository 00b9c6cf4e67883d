package dev.leash;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a {@link Counter} of a run has counted, or why it has not. What could not be counted is never a zero. Immutable.
 *
 * {@snippet class="dev.leash.examples.Measuring" region="counters"}
 */
public sealed interface Count {
    /** What was asked for. */
    Counter counter();

    /** The number; see {@link Measured#value}. Empty if it is {@link Unavailable}. */
    OptionalLong value();

    /**
     * It was counted.
     *
     * @param raw what was counted, while it was counted
     * @param timeEnabled the CPU time of the run in which it was to be counted: of all its threads together
     * @param timeRunning the part of it in which it was counted, which is all unless counters of the hardware had to take
     *     turns
     * @param userModeOnly whether what the kernel did for the run is left out, since the JVM may not count that:
     *     {@code perf_event_paranoid} is 2 or more
     */
    record Measured(Counter counter, long raw, Duration timeEnabled, Duration timeRunning, boolean userModeOnly)
            implements Count {
        /** {@link #raw}, or where it {@link #isScaled} what it would have been in all of the time. */
        @Override
        public OptionalLong value() {
            return OptionalLong.of(
                    isScaled() ? Math.round(raw * ((double) timeEnabled.toNanos() / timeRunning.toNanos())) : raw);
        }

        /** Whether {@link #value} is an estimate, since it was counted in a part of the time. */
        public boolean isScaled() {
            return timeRunning.compareTo(timeEnabled) < 0;
        }
    }

    /**
     * It was not counted.
     *
     * @param explanation in words, with the errno's name if there is one, and what to do about it
     */
    record Unavailable(Counter counter, Reason reason, String explanation) implements Count {
        @Override
        public OptionalLong value() {
            return OptionalLong.empty();
        }
    }

    /** Why something is not counted. */
    enum Reason {
        /** This processor or this kernel has no such counter. */
        NOT_SUPPORTED,

        /** {@code kernel.perf_event_paranoid} forbids it to the user of the JVM. */
        NOT_PERMITTED,

        /** A filter of system calls, as containers have, refuses perf_event_open(2). */
        FILTERED,

        /**
         * It is there, and was counted in no part of the run: others occupied the counters of the processor, or the kernel
         * keeps what the program does to itself, which is set-user-ID or may not be read.
         */
        NOT_COUNTED,

        /** Something else has failed, such as that no descriptor was left. */
        FAILED
    }
}
