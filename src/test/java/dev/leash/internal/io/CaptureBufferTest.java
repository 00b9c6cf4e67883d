package dev.leash.internal.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CaptureBufferTest {
    private static boolean append(CaptureBuffer buffer, byte[] data, int length) {
        MemorySegment segment = MemorySegment.ofArray(new byte[data.length + 10]);
        MemorySegment.copy(data, 0, segment, ValueLayout.JAVA_BYTE, 0, data.length);
        return buffer.append(segment, length);
    }

    @Test
    void keepsWhatComesInItsOrder() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            byte[] data = new byte[random.nextInt(20_000)];
            random.nextBytes(data);
            CaptureBuffer buffer = new CaptureBuffer(data.length + random.nextInt(3));
            for (int from = 0; from < data.length; ) {
                int to = Math.min(data.length, from + random.nextInt(3_000));
                assertEquals(true, append(buffer, Arrays.copyOfRange(data, from, to), to - from));
                from = to;
            }
            assertArrayEquals(data, buffer.toByteArray());
        }
    }

    @Test
    void exactlyTheLimitFitsAndOneMoreByteDoesNot() {
        for (int limit : new int[] {0, 1, 511, 512, 513, 1024, 1025, 100_000}) {
            byte[] data = new byte[limit + 1];
            new Random(limit).nextBytes(data);
            CaptureBuffer exact = new CaptureBuffer(limit);
            assertEquals(true, append(exact, data, limit));
            assertEquals(false, append(exact, data, 1));
            assertEquals(true, append(exact, data, 0));
            assertArrayEquals(Arrays.copyOf(data, limit), exact.toByteArray());

            CaptureBuffer atOnce = new CaptureBuffer(limit);
            assertEquals(false, append(atOnce, data, limit + 1));
            assertArrayEquals(Arrays.copyOf(data, limit), atOnce.toByteArray());
        }
    }

    @Test
    void greatestLimitDoesNotReserveAnything() {
        CaptureBuffer buffer = new CaptureBuffer(Integer.MAX_VALUE - 8);
        assertEquals(true, append(buffer, new byte[2_000], 2_000));
        assertEquals(2_000, buffer.toByteArray().length);
    }

    @Test
    void arrayIsTheCallers() {
        CaptureBuffer buffer = new CaptureBuffer(10);
        append(buffer, new byte[] {1, 2, 3}, 3);
        assertNotSame(buffer.toByteArray(), buffer.toByteArray());
        assertArrayEquals(new byte[] {1, 2, 3}, buffer.toByteArray());
        assertArrayEquals(new byte[0], new CaptureBuffer(10).toByteArray());
    }
}
