package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/** Names and descriptions of errno values, and the values that the code distinguishes. */
public final class Errno {
    public static final int EPERM = Libc.EPERM();
    public static final int ENOENT = Libc.ENOENT();
    public static final int ESRCH = Libc.ESRCH();
    public static final int EINTR = Libc.EINTR();
    public static final int EIO = Libc.EIO();
    public static final int E2BIG = Libc.E2BIG();
    public static final int ENOEXEC = Libc.ENOEXEC();
    public static final int EBADF = Libc.EBADF();
    public static final int ECHILD = Libc.ECHILD();
    public static final int EAGAIN = Libc.EAGAIN();
    public static final int ENOMEM = Libc.ENOMEM();
    public static final int EFBIG = Libc.EFBIG();
    public static final int EACCES = Libc.EACCES();
    public static final int EEXIST = Libc.EEXIST();
    public static final int ENOTDIR = Libc.ENOTDIR();
    public static final int EISDIR = Libc.EISDIR();
    public static final int EINVAL = Libc.EINVAL();
    public static final int ENFILE = Libc.ENFILE();
    public static final int EMFILE = Libc.EMFILE();
    public static final int ETXTBSY = Libc.ETXTBSY();
    public static final int EPIPE = Libc.EPIPE();
    public static final int ENAMETOOLONG = Libc.ENAMETOOLONG();
    public static final int ELOOP = Libc.ELOOP();
    public static final int ENXIO = Libc.ENXIO();
    public static final int ENODEV = Libc.ENODEV();
    public static final int ETIMEDOUT = Libc.ETIMEDOUT();
    public static final int ECANCELED = Libc.ECANCELED();
    public static final int EADDRINUSE = Libc.EADDRINUSE();
    public static final int EOPNOTSUPP = Libc.EOPNOTSUPP();
    public static final int ENOSYS = Libc.ENOSYS();

    private Errno() {}

    /** The name as in errno(3), such as {@code ENOENT}; the number itself if it has none. */
    public static String name(int errno) {
        String name = ErrnoTable.name(errno);
        return name == null ? "errno " + errno : name;
    }

    /** The text of strerror(3) in the C locale, such as {@code No such file or directory}. */
    public static String description(int errno) {
        String description = ErrnoTable.description(errno);
        return description == null ? "Unknown error " + errno : description;
    }

    /** Both, such as {@code No such file or directory (ENOENT)}. */
    public static String named(int errno) {
        return description(errno) + " (" + name(errno) + ")";
    }
}
