package dev.leash.internal.logfile;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.CallStates;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A FIFO, a device, or what {@code /dev/stdout} leads to. Opened with O_NONBLOCK, which FileChannel cannot: open(2) of a
 * FIFO and write(2) to a full pipe would wait in the kernel for as long as its reader likes.
 */
final class SpecialFile implements LogTarget {
    /** How long a reader may keep the writers waiting before their lines are dropped. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long PAUSE_MILLIS = 5;

    private final int fd;
    private boolean closed;

    private SpecialFile(int fd) {
        this.fd = fd;
    }

    static SpecialFile open(byte[] path) throws SystemCallException {
        CallState state = CallStates.borrow();
        try {
            return new SpecialFile(
                    SystemCallException.check("open", Descriptors.openAtOnce(state, path, OpenFlags.APPEND)));
        } finally {
            CallStates.giveBack(state);
        }
    }

    @Override
    public void write(ByteBuffer bytes, boolean patient) throws IOException {
        long start = System.nanoTime();
        while (true) {
            int count = writeNow(bytes);
            if (count >= 0) {
                bytes.position(bytes.position() + count);
                return;
            }
            boolean over = !patient || System.nanoTime() - start > PATIENCE.toNanos();
            if (count == -Errno.EAGAIN && !over) {
                pause();
            } else if (count != -Errno.EINTR) {
                throw new SystemCallException("write", -count);
            }
        }
    }

    private int writeNow(ByteBuffer bytes) {
        CallState state = CallStates.borrow();
        try {
            return Descriptors.writeSome(
                    state, fd, bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } finally {
            CallStates.giveBack(state);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody knows this thread", e);
        }
    }

    @Override
    public boolean endsWithinLine() {
        return false; // nothing can tell, or it is the affair of whoever has written before
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        CallState state = CallStates.borrow();
        try {
            Descriptors.close(state, fd);
        } finally {
            CallStates.giveBack(state);
        }
    }
}
