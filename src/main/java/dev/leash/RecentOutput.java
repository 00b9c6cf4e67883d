package dev.leash;

import dev.leash.internal.io.ChunkConsumer;
import java.nio.ByteBuffer;

/** The last of what a service has written, to both streams and in all its runs. For any thread. */
final class RecentOutput implements ChunkConsumer {
    private static final int CAPACITY = 64 * 1024;

    /** Grows up to the capacity: many services write little. Guarded by this. */
    private byte[] ring = new byte[256];

    private long total;

    @Override
    public synchronized void accept(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (total + count > ring.length && ring.length < CAPACITY) {
            grow(total + count);
        }
        int skipped = Math.max(0, count - ring.length);
        bytes.position(bytes.position() + skipped);
        total += skipped;
        while (bytes.hasRemaining()) {
            int at = (int) (total % ring.length);
            int length = Math.min(bytes.remaining(), ring.length - at);
            bytes.get(ring, at, length);
            total += length;
        }
    }

    /** Before the ring has ever been full: all of it is at its place. */
    private void grow(long wanted) {
        int size = ring.length;
        while (size < wanted && size < CAPACITY) {
            size *= 2;
        }
        byte[] larger = new byte[size];
        System.arraycopy(ring, 0, larger, 0, (int) total);
        ring = larger;
    }

    @Override
    public void end() {}

    synchronized byte[] bytes() {
        int count = (int) Math.min(total, ring.length);
        byte[] last = new byte[count];
        int start = (int) ((total - count) % ring.length);
        int first = Math.min(count, ring.length - start);
        System.arraycopy(ring, start, last, 0, first);
        System.arraycopy(ring, 0, last, first, count - first);
        return last;
    }
}
