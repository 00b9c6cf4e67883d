package dev.leash.internal.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the bytes that pass through a loop and measures its turns. Only the loop's thread counts, so there is no
 * lock and no atomic addition; any thread may read, and sees recent values.
 */
public final class LoopMeter {
    /** Turns of less than 1 µs, 2 µs, 4 µs and so on to about 1 s, and all longer ones. */
    private static final int CLASSES = 22;

    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicLongArray turns = new AtomicLongArray(CLASSES);
    private final AtomicLong totalNanos = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();

    /** Adds bytes that came from a child. */
    public void read(int count) {
        add(bytesRead, count);
    }

    /** Adds bytes that went to a child. */
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

    /** The upper limit of class {@code index}, exclusive; {@link Long#MAX_VALUE} for the last one. */
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

    /** How long all turns took together. */
    public long totalNanos() {
        return totalNanos.getOpaque();
    }

    /** How long the longest turn took. */
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
