package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/**
 * Locks of files, see flock(2). One ends with the last descriptor of the open file, and so with the process, however
 * that ends; also processes in other pid namespaces see it. None of these waits.
 */
public final class FileLocks {
    private static final CFunction FLOCK = CFunction.of(Libc.flock$address(), Libc.flock$descriptor());

    private FileLocks() {}

    /** Takes a lock that others may share. 0 or the negated errno: EAGAIN if another has it alone. */
    public static int tryShare(CallState state, int fd) {
        return FLOCK.call(state, fd, Libc.LOCK_SH() | Libc.LOCK_NB());
    }

    /** Takes the lock alone. 0 or the negated errno: EAGAIN if another has it. */
    public static int tryTake(CallState state, int fd) {
        return FLOCK.call(state, fd, Libc.LOCK_EX() | Libc.LOCK_NB());
    }
}
