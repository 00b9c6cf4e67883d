package dev.leash.internal.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What passes through a loop, and how long its turns take. Only the loop's thread counts, so it needs no lock and no atomic
 * addition; any thread may look, and sees values that are not older than a moment.
 */
public final class LoopMeter {
    /** Turns of less than 1 µs, 2 µs, 4 µs and so on to about 1 s, and all longer ones. */
    private static final int CLASSES = 22;

    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicLongArray turns = new AtomicLongArray(CLASSES);
    private final AtomicLong totalNanos = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();

    /** So many bytes have come from a child. */
    public void read(int count) {
        add(bytesRead, count);
    }

    /** So many bytes have gone to a child. */
    public void written(int count) {
        add(bytesWritten, count);
    }

    void turned(long nanos) {
        int index = classOf(nanos);
        turns.setOpaque(index, turns.getPlain(index) + 1);
        add(totalNanos, nanos);
        if (nanos > longestNanos.getPlain()) {
            longestNanos.setOpaque(nanos);
        }
    }

    private static void add(AtomicLong counter, long amount) {
        counter.setOpaque(counter.getPlain() + amount);
    }

    static int classOf(long nanos) {
        return Math.min(Long.SIZE - Long.numberOfLeadingZeros(nanos / 1_000), CLASSES - 1);
    }

    /** What a turn of class {@code index} takes less than; of the last one {@link Long#MAX_VALUE}. */
    public static long limitNanos(int index) {
        return index == CLASSES - 1 ? Long.MAX_VALUE : 1_000L << index;
    }

    /** How many turns of each class these loops have had together. */
    public static long[] turnsOf(Iterable<LoopMeter> meters) {
        long[] counts = new long[CLASSES];
        for (LoopMeter meter : meters) {
            for (int index = 0; index < CLASSES; index++) {
                counts[index] += meter.turns.getOpaque(index);
            }
        }
        return counts;
    }

    /** How long all of them took. */
    public long totalNanos() {
        return totalNanos.getOpaque();
    }

    /** How long the longest of them took. */
    public long longestNanos() {
        return longestNanos.getOpaque();
    }

    /** How many bytes have come from children. */
    public long bytesRead() {
        return bytesRead.getOpaque();
    }

    /** How many bytes have gone to children. */
    public long bytesWritten() {
        return bytesWritten.getOpaque();
    }
}
