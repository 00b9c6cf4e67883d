package dev.leash.internal.io;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.ReadyHandler;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes prepared bytes into a child's standard input and closes it. A child that does not want them all is no error.
 * Owns the descriptor. For the loop's thread.
 */
public final class InputPump implements ReadyHandler {
    /** What is copied for one write: a pipe takes 64 KiB at a time unless it has grown. */
    private static final int CHUNK = 64 * 1024;

    private static final int WRITES_A_TURN = 4;

    private final EventLoop loop;
    private final SharedBuffer buffer;
    private final int fd;
    private final byte[] data;
    private final Registration registration;
    private int written;
    private boolean open = true;

    /** Starts to write to {@code fd}, which must not block. */
    public InputPump(EventLoop loop, SharedBuffer buffer, int fd, byte[] data) throws SystemCallException {
        this.loop = loop;
        this.buffer = buffer;
        this.fd = fd;
        this.data = data;
        this.registration = loop.register(fd, Epoll.OUT, this);
    }

    @Override
    public void ready(int readiness) {
        for (int writes = 0; writes < WRITES_A_TURN && open; writes++) {
            int length = Math.min(CHUNK, data.length - written);
            if (length == 0) {
                close();
                return;
            }
            MemorySegment.copy(data, written, buffer.memory, ValueLayout.JAVA_BYTE, 0, length);
            int count = Descriptors.write(loop.callState(), fd, buffer.memory.asSlice(0, length));
            if (count >= 0) {
                written += count;
            } else if (count == -Errno.EAGAIN) {
                return;
            } else if (count != -Errno.EINTR) {
                // EPIPE: the child has closed its end, or is gone.
                close();
            }
        }
    }

    /** Closes the pipe, whether or not all has been written. */
    public void close() {
        if (open) {
            open = false;
            registration.cancel();
            Descriptors.close(loop.callState(), fd);
        }
    }
}
