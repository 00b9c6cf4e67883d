package dev.leash.internal.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The first bytes of a stream up to one limit and the last ones up to another, growing as they come; either limit may
 * be zero. The tail is a ring, so that dropping bytes between the two costs nothing. For the loop's thread until the
 * run has ended.
 */
final class CaptureBuffer {
    private static final byte[] EMPTY = {};
    private static final int FIRST_SIZE = 512;

    /** Smaller steps are too many to check each one, and too small to use up the memory. */
    private static final int LARGE_STEP = 64 * 1024;

    /** The memory that captures leave to the loop and other code when they have filled the heap. */
    private static final int SPARE = 1024 * 1024;

    private final int headLimit;
    private final int tailLimit;

    /**
     * The full pieces of the head: each is about as large as all before it, so what has arrived is not copied again.
     */
    private List<byte[]> fullPieces = List.of();

    private byte[] piece = EMPTY;
    private int pieceSize;
    private int headSize;
    private byte[] tail = EMPTY;
    private long tailTotal;

    CaptureBuffer(int headLimit, int tailLimit) {
        this.headLimit = headLimit;
        this.tailLimit = tailLimit;
    }

    void append(MemorySegment data, int length) {
        int toHead = Math.min(length, headLimit - headSize);
        for (int done = 0; done < toHead; ) {
            if (pieceSize == piece.length) {
                addPiece(grown(headSize, headSize + toHead - done, headLimit) - headSize);
            }
            int count = Math.min(toHead - done, piece.length - pieceSize);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, done, piece, pieceSize, count);
            pieceSize += count;
            headSize += count;
            done += count;
        }
        if (tailLimit > 0) {
            appendTail(data, toHead, length - toHead);
        } else {
            tailTotal += length - toHead;
        }
    }

    private void addPiece(int size) {
        byte[] added = grow(EMPTY, size);
        if (piece.length > 0) {
            if (fullPieces.isEmpty()) {
                fullPieces = new ArrayList<>(); // most captures have one piece, or none
            }
            fullPieces.add(piece);
        }
        piece = added;
        pieceSize = 0;
    }

    private void appendTail(MemorySegment data, int from, int length) {
        if (length == 0) {
            return;
        }
        if (tail.length < tailLimit && tailTotal + length > tail.length) {
            // Not a ring yet, since it has never been full.
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
        // An OutOfMemoryError here fails one capture, which is handled; in any other place it would hit the loop.
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

    /** How many bytes have arrived. */
    long total() {
        return headSize + tailTotal;
    }

    /** Releases the memory, and is then as if no byte had arrived. */
    void letGo() {
        fullPieces = List.of();
        piece = EMPTY;
        pieceSize = 0;
        headSize = 0;
        tail = EMPTY;
        tailTotal = 0;
    }

    /** How many bytes arrived and were not kept. */
    long dropped() {
        return Math.max(0, tailTotal - tailLimit);
    }

    /** The head at the start of a new array of that size. */
    private byte[] head(int size) {
        if (fullPieces.isEmpty()) {
            return Arrays.copyOf(piece, size);
        }
        byte[] all = Arrays.copyOf(fullPieces.getFirst(), size);
        int at = fullPieces.getFirst().length;
        for (byte[] full : fullPieces.subList(1, fullPieces.size())) {
            System.arraycopy(full, 0, all, at, full.length);
            at += full.length;
        }
        System.arraycopy(piece, 0, all, at, pieceSize);
        return all;
    }

    /** The bytes that were kept. The array belongs to the caller. */
    byte[] toByteArray() {
        int tailSize = (int) Math.min(tailTotal, tailLimit);
        byte[] all = head(headSize + tailSize);
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
