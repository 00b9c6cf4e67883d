package dev.leash.internal.logfile;

import dev.leash.internal.io.ChunkConsumer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One stream of one run on its way to a log: hands on whole lines, and keeps the start of one whose end has not come
 * yet. It throws nothing, since a log that cannot be written must not end the run.
 */
final class LogSink implements ChunkConsumer {
    /** A longer line comes in pieces. Its end, \n or \r\n, does not count. */
    static final int LONGEST_LINE = 64 * 1024;

    /** A character takes at most 4 bytes of UTF-8: so many belong to one that began before them. */
    private static final int MOST_CONTINUED = 3;

    private static final byte[] END = {'\n'};

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX ").withZone(ZoneOffset.UTC);

    private final OpenLog log;
    private final boolean timestamps;

    /** The thread of a run that was given up may still be here when the log is closed. */
    private final ReentrantLock lock = new ReentrantLock();

    private byte[] pending = {};
    private byte[] block = {};
    private int blockLength;

    LogSink(OpenLog log, boolean timestamps) {
        this.log = log;
        this.timestamps = timestamps;
    }

    @Override
    public void accept(ByteBuffer bytes) {
        lock.lock();
        try {
            take(bytes);
        } finally {
            lock.unlock();
        }
    }

    private void take(ByteBuffer bytes) {
        int known = pending.length;
        byte[] all = Arrays.copyOf(pending, known + bytes.remaining());
        bytes.get(all, known, bytes.remaining());
        byte[] stamp = stamp();
        int start = 0;
        for (int at = known; at < all.length; at++) {
            if (all[at] == '\n') {
                start = pieces(all, start, at > start && all[at - 1] == '\r' ? at - 1 : at, stamp);
                line(all, start, at, stamp);
                start = at + 1;
            }
        }
        int length = all.length;
        start = pieces(all, start, length > start && all[length - 1] == '\r' ? length - 1 : length, stamp);
        pending = Arrays.copyOfRange(all, start, length);
        write();
    }

    @Override
    public void end() {
        finish();
        log.ended(this);
    }

    /** Writes the last line, which has no end of its own. */
    void finish() {
        lock.lock();
        try {
            if (pending.length > 0) {
                line(pending, 0, pending.length, stamp());
                pending = new byte[0];
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands on pieces of what is too long for a line; returns where the rest begins. */
    private int pieces(byte[] all, int from, int to, byte[] stamp) {
        int start = from;
        while (to - start > LONGEST_LINE) {
            int end = start + LONGEST_LINE;
            int cut = end;
            while (cut > end - MOST_CONTINUED && (all[cut] & 0xC0) == 0x80) {
                cut--;
            }
            end = (all[cut] & 0xC0) == 0x80 ? end : cut; // if it is not UTF-8, anywhere
            line(all, start, end, stamp);
            start = end;
        }
        return start;
    }

    private void line(byte[] all, int from, int to, byte[] stamp) {
        append(stamp, 0, stamp.length);
        append(all, from, to);
        append(END, 0, 1);
    }

    private void append(byte[] from, int start, int end) {
        int length = blockLength + end - start;
        if (length > block.length) {
            block = Arrays.copyOf(block, Math.max(length, 2 * block.length));
        }
        System.arraycopy(from, start, block, blockLength, end - start);
        blockLength = length;
    }

    private void write() {
        if (blockLength > 0) {
            log.write(block, blockLength);
            blockLength = 0;
        }
        if (pending.length == 0) {
            block = new byte[0]; // a thousand quiet services hold no memory
        }
    }

    private byte[] stamp() {
        return timestamps ? STAMP.format(Instant.now()).getBytes(StandardCharsets.US_ASCII) : new byte[0];
    }
}
