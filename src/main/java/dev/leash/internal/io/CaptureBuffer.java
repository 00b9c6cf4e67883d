package dev.leash.internal.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * The first bytes of a stream up to one limit and the last ones up to another, growing as they come; either limit may be
 * zero. The tail is a ring, so that dropping from its middle costs nothing. For the loop's thread until the run has ended.
 */
final class CaptureBuffer {
    private static final byte[] EMPTY = {};
    private static final int FIRST_SIZE = 512;

    /** Smaller steps are too many to look at each, and too small to take the last of the memory. */
    private static final int LARGE_STEP = 64 * 1024;

    /** So much memory captures leave to the loop, and to whoever else needs a little, when they have filled the heap. */
    private static final int SPARE = 1024 * 1024;

    private final int headLimit;
    private final int tailLimit;
    private byte[] head = EMPTY;
    private int headSize;
    private byte[] tail = EMPTY;
    private long tailTotal;

    CaptureBuffer(int headLimit, int tailLimit) {
        this.headLimit = headLimit;
        this.tailLimit = tailLimit;
    }

    void append(MemorySegment data, int length) {
        int toHead = Math.min(length, headLimit - headSize);
        if (headSize + toHead > head.length) {
            head = grow(head, grown(head.length, headSize + toHead, headLimit));
        }
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, head, headSize, toHead);
        headSize += toHead;
        if (tailLimit > 0) {
            appendTail(data, toHead, length - toHead);
        } else {
            tailTotal += length - toHead;
        }
    }

    private void appendTail(MemorySegment data, int from, int length) {
        if (length == 0) {
            return;
        }
        if (tail.length < tailLimit && tailTotal + length > tail.length) {
            // Not a ring yet: it has never been full.
            tail = grow(tail, grown(tail.length, (int) Math.min(tailTotal + length, tailLimit), tailLimit));
        }
        int skipped = Math.max(0, length - tail.length);
        tailTotal += skipped;
        int offset = from + skipped;
        int left = length - skipped;
        while (left > 0) {
            int at = (int) (tailTotal % tail.length);
            int count = Math.min(left, tail.length - at);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, tail, at, count);
            tailTotal += count;
            offset += count;
            left -= count;
        }
    }

    private static byte[] grow(byte[] array, int size) {
        // An error here is that of a capture, which is coped with; in any other place it would be the loop's.
        byte[] spare = new byte[size < LARGE_STEP ? 0 : SPARE];
        try {
            return Arrays.copyOf(array, size);
        } finally {
            Reference.reachabilityFence(spare);
        }
    }

    private static int grown(int size, int needed, int limit) {
        // Doubling may overflow an int; the limit itself cannot.
        long doubled = Math.max(FIRST_SIZE, size * 2L);
        return (int) Math.min(Math.max(doubled, needed), limit);
    }

    /** How many bytes came. */
    long total() {
        return headSize + tailTotal;
    }

    /** Lets go of the memory, and is as if nothing had come. */
    void letGo() {
        head = EMPTY;
        headSize = 0;
        tail = EMPTY;
        tailTotal = 0;
    }

    /** How many bytes came and were not kept. */
    long dropped() {
        return Math.max(0, tailTotal - tailLimit);
    }

    /** What was kept. The array is the caller's. */
    byte[] toByteArray() {
        int tailSize = (int) Math.min(tailTotal, tailLimit);
        byte[] all = Arrays.copyOf(head, headSize + tailSize);
        if (tailTotal <= tail.length) {
            System.arraycopy(tail, 0, all, headSize, tailSize);
        } else if (tailSize > 0) {
            int oldest = (int) (tailTotal % tail.length);
            System.arraycopy(tail, oldest, all, headSize, tail.length - oldest);
            System.arraycopy(tail, 0, all, headSize + tail.length - oldest, oldest);
        }
        return all;
    }
}
