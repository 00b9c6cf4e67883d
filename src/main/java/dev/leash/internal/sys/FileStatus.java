package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/**
 * What statx(2) tells of a file. The places in its struct are constants here, since the kernel has the same ones on every
 * architecture: the first start would have to wait for the class of the bindings that has them.
 */
public final class FileStatus {
    static final long BYTES = 256;
    static final long MODE = 28;
    static final long INODE = 32;

    /** musl has no function for it before 1.2.5. */
    private static final CFunction STATX = CFunction.variadic(Libc.syscall.address());

    /** The bindings were made on x86-64, where this call has a different number than on later architectures. */
    private static final long SYS_STATX = "amd64".equals(System.getProperty("os.arch")) ? Libc.SYS_statx() : 291;

    private FileStatus() {}

    /** The number of an open file among those of its file system; or the negated errno. */
    public static long inode(CallState state, int fd) {
        state.scratch.setInt(0, 0); // an empty path
        long result = read(state, fd, state.scratch.address(), Libc.AT_EMPTY_PATH(), Libc.STATX_INO());
        return result < 0 ? result : state.status().getLong(INODE);
    }

    /** Reads into {@link CallState#status}. 0 or the negated errno. */
    static long read(CallState state, int folder, long path, int flags, int wanted) {
        return STATX.callLong(
                state, SYS_STATX, folder, path, flags, wanted, state.status().address());
    }
}
