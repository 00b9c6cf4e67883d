package dev.leash.internal.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The first bytes of a stream, up to a limit, growing as they come. For the loop's thread until the run has ended. */
public final class CaptureBuffer {
    private static final byte[] EMPTY = {};
    private static final int FIRST_SIZE = 512;

    private final int limit;
    private byte[] bytes = EMPTY;
    private int size;

    public CaptureBuffer(int limit) {
        this.limit = limit;
    }

    /** Keeps the first {@code length} bytes of {@code data}; false if some had to be dropped. */
    boolean append(MemorySegment data, int length) {
        int kept = Math.min(length, limit - size);
        if (size + kept > bytes.length) {
            grow(size + kept);
        }
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, bytes, size, kept);
        size += kept;
        return kept == length;
    }

    private void grow(int needed) {
        // Doubling may overflow an int; the limit itself cannot.
        long doubled = Math.max(FIRST_SIZE, bytes.length * 2L);
        bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(doubled, needed), limit));
    }

    /** What was kept. The array is the caller's. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }
}
