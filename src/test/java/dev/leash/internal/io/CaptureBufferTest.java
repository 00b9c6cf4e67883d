package dev.leash.internal.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.support.TestData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of a stream is what a plain cut of the whole stream would give. */
@Timeout(60)
class CaptureBufferTest {
    @Test
    void smallStreamsInEveryCombination() {
        for (int head = 0; head <= 5; head++) {
            for (int tail = 0; tail <= 5; tail++) {
                for (int size = 0; size <= 16; size++) {
                    for (int chunk = 1; chunk <= size + 1; chunk++) {
                        check(head, tail, size, chunk, new Random(size));
                    }
                }
            }
        }
    }

    @Test
    void streamsAroundTheLimitsInRandomChunks() {
        Random random = new Random(7);
        int[] limits = {0, 1, 2, 511, 512, 513, 1_000, 4_096, 10_000, 65_537};
        for (int head : limits) {
            for (int tail : limits) {
                int both = head + tail;
                for (int size : new int[] {0, both - 1, both, both + 1, both + tail, 3 * both + 1, 200_000}) {
                    if (size >= 0) {
                        check(head, tail, size, 1 + random.nextInt(70_000), random);
                        check(head, tail, size, 1 + random.nextInt(1_000), random);
                    }
                }
            }
        }
    }

    @Test
    void limitThatIsNotReachedCostsNothing() {
        CaptureBuffer buffer = new CaptureBuffer(Integer.MAX_VALUE - 8, Integer.MAX_VALUE - 8);
        assertEquals(0, buffer.toByteArray().length);
        byte[] data = TestData.random(1_000, 1);
        buffer.append(MemorySegment.ofArray(data), data.length);
        assertArrayEquals(data, buffer.toByteArray());
        CaptureBuffer tail = new CaptureBuffer(0, Integer.MAX_VALUE - 8);
        tail.append(MemorySegment.ofArray(data), data.length);
        assertArrayEquals(data, tail.toByteArray());
    }

    private static void check(int head, int tail, int size, int largestChunk, Random random) {
        byte[] data = TestData.random(size, size);
        CaptureBuffer buffer = new CaptureBuffer(head, tail);
        MemorySegment all = MemorySegment.ofArray(data);
        for (int at = 0; at < size; ) {
            int length = Math.min(1 + random.nextInt(largestChunk), size - at);
            buffer.append(all.asSlice(at), length);
            at += length;
        }
        int headSize = Math.min(head, size);
        int tailSize = Math.min(tail, size - headSize);
        byte[] expected = Arrays.copyOf(data, headSize + tailSize);
        System.arraycopy(data, size - tailSize, expected, headSize, tailSize);
        String what = head + " + " + tail + " of " + size + " in up to " + largestChunk;
        assertTrue(Arrays.equals(expected, buffer.toByteArray()), what);
        assertEquals(size - headSize - tailSize, buffer.dropped(), what);
    }
}
