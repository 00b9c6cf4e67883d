package dev.leash.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** Bytes that repeat nowhere near, and their sums. */
public final class TestData {
    public static final int MIB = 1024 * 1024;

    private TestData() {}

    /** The same bytes for the same {@code seed}, whatever the {@code length}. */
    public static byte[] random(int length, long seed) {
        byte[] data = new byte[length];
        new Random(seed).nextBytes(data);
        return data;
    }

    /** How many bytes, and what they come to: two streams with equal sums are equal. */
    public static Sum sum(byte[] data) {
        Summing summing = new Summing();
        summing.add(ByteBuffer.wrap(data));
        return summing.sum();
    }

    /** Reads {@code stream} to its end. */
    public static Sum sum(InputStream stream) throws IOException {
        Summing summing = new Summing();
        byte[] buffer = new byte[50_000];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            summing.add(ByteBuffer.wrap(buffer, 0, count));
        }
        return summing.sum();
    }

    public record Sum(long length, long crc) {}

    /** A sum that is being made. For one thread at a time. */
    public static final class Summing {
        private final CRC32C crc = new CRC32C();
        private long length;

        /** Takes what remains in {@code bytes}. */
        public void add(ByteBuffer bytes) {
            length += bytes.remaining();
            crc.update(bytes);
        }

        public Sum sum() {
            return new Sum(length, crc.getValue());
        }
    }
}
