package dev.leash.internal.io;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.ReadyHandler;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;

/** Reads one output pipe of a child into its capture. Owns the descriptor. For the loop's thread. */
public final class OutputPump implements ReadyHandler {
    /** Reads for one readiness: a flood is left to the next turn, so that timers and other children get theirs. */
    private static final int READS_A_TURN = 4;

    /** What a pump tells its run. */
    public interface Listener {
        /** The stream has ended; nobody holds the pipe any more. */
        void ended();

        /** More came than the capture keeps. Called once; what comes after is read and dropped. */
        void limitReached();
    }

    private final EventLoop loop;
    private final SharedBuffer buffer;
    private final int fd;
    private final CaptureBuffer capture;
    private final Listener listener;
    private final Registration registration;
    private boolean open = true;
    private boolean limitReached;
    private boolean sawEnd;

    /** Starts to read {@code fd}, which must not block; closes it if that fails. */
    public OutputPump(EventLoop loop, SharedBuffer buffer, int fd, CaptureBuffer capture, Listener listener)
            throws SystemCallException {
        this.loop = loop;
        this.buffer = buffer;
        this.fd = fd;
        this.capture = capture;
        this.listener = listener;
        this.registration = loop.register(fd, Epoll.IN, this);
    }

    @Override
    public void ready(int readiness) {
        boolean hungUp = (readiness & Epoll.HUP) != 0;
        for (int reads = 0; reads < READS_A_TURN && open; reads++) {
            int count = Descriptors.read(loop.callState(), fd, buffer.memory);
            if (count > 0) {
                keep(count);
                if (count < SharedBuffer.SIZE && !hungUp) {
                    // Emptied. Asking again would cost a call to hear EAGAIN; after a hang-up it finds the end.
                    return;
                }
            } else if (count == -Errno.EAGAIN) {
                return;
            } else if (count != -Errno.EINTR) {
                // 0: every writer has closed. Any error is the end too, there is nothing more to get.
                sawEnd = count == 0;
                close();
                listener.ended();
            }
        }
    }

    private void keep(int count) {
        if (!capture.append(buffer.memory, count) && !limitReached) {
            limitReached = true;
            listener.limitReached();
        }
    }

    /** Whether all that was ever written to the pipe has been kept. */
    public boolean complete() {
        return sawEnd && !limitReached;
    }

    public boolean open() {
        return open;
    }

    public CaptureBuffer capture() {
        return capture;
    }

    /** Stops reading, whoever still holds the other end. Takes what is in the pipe first. */
    public void abandon() {
        if (open) {
            takeWhatIsThere();
            close();
        }
    }

    private void takeWhatIsThere() {
        // At most what a pipe can hold: whoever keeps writing does not keep the loop here.
        int left = 1024 * 1024;
        while (left > 0) {
            int count = Descriptors.read(loop.callState(), fd, buffer.memory);
            if (count <= 0) {
                sawEnd = count == 0;
                return;
            }
            limitReached |= !capture.append(buffer.memory, count);
            left -= count;
        }
    }

    private void close() {
        if (open) {
            open = false;
            registration.cancel();
            Descriptors.close(loop.callState(), fd);
        }
    }
}
