package dev.leash.internal.logfile;

import java.time.Duration;

/**
 * How old a file is. The clock on the wall, by which file systems note when a file was made, is read once, at the
 * opening; from then on it may jump.
 *
 * @param atOpening negative counts as 0
 * @param openedNanos when it was opened, by the clock of {@link #exceeds}
 */
record FileAge(Duration atOpening, long openedNanos) {
    /** Whether the file is older than {@code most} at {@code nowNanos}. */
    boolean exceeds(Duration most, long nowNanos) {
        Duration before = atOpening.isNegative() ? Duration.ZERO : atOpening;
        return before.plusNanos(nowNanos - openedNanos).compareTo(most) > 0;
    }
}
