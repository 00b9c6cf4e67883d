package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;

/** Finds out whether the other end of a FIFO is open, see fifo(7), without a call that waits. */
public final class Fifo {
    private static final CFunction TEE = CFunction.of(Libc.tee$address(), Libc.tee$descriptor());

    private Fifo() {}

    /** Whether there is a FIFO at {@code path}. */
    public static boolean isAt(CallState state, byte[] path) {
        try (Arena scratch = Arena.ofConfined()) {
            long result = FileStatus.read(
                    state,
                    Libc.AT_FDCWD(),
                    NativePaths.terminated(scratch, path).address(),
                    0,
                    Libc.STATX_TYPE());
            return result == 0 && (state.status().getShort(FileStatus.MODE) & Libc.S_IFMT()) == Libc.S_IFIFO();
        }
    }

    /**
     * Whether the FIFO or pipe that {@code fd} was opened to read has, or had, a writer since {@code fd} was opened.
     * Does not wait, and consumes no data.
     */
    public static boolean hadWriter(CallState state, int fd) {
        return seesData(state, fd) || hasWriter(state, fd);
    }

    /** Also true at the end of file, which a reader that has never had a writer does not see. */
    private static boolean seesData(CallState state, int fd) {
        try {
            Epoll epoll = Epoll.open(state, 1);
            try {
                // If epoll refuses the descriptor, tee(2) decides.
                return epoll.add(state, fd, Epoll.IN, 0) == 0 && epoll.await(state, 0) > 0;
            } finally {
                epoll.close(state);
            }
        } catch (SystemCallException e) {
            return false; // no descriptor is left: the next poll tries again
        }
    }

    /**
     * Only tee(2) shows a writer that has written nothing: with a writer it would wait, without one it finds the end.
     */
    private static boolean hasWriter(CallState state, int fd) {
        Descriptors.Pipe pipe = Descriptors.pipe(state);
        if (pipe.readEnd() < 0) {
            return false; // as above
        }
        int copied = (int) TEE.callLong(state, fd, pipe.writeEnd(), 1, Libc.SPLICE_F_NONBLOCK());
        Descriptors.close(state, pipe.readEnd());
        Descriptors.close(state, pipe.writeEnd());
        // After any other error, as where a filter refuses tee, a writer is noticed once there is something to read.
        return copied > 0 || copied == -Errno.EAGAIN;
    }
}
