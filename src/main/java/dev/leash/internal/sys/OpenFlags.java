package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/** The ways to open a file, see open(2). */
public final class OpenFlags {
    public static final int READ = Libc.O_RDONLY();

    /** Only a file that is there. */
    public static final int WRITE = Libc.O_WRONLY();

    /** What is in the file stays there until it is overwritten. */
    public static final int CREATE = Libc.O_WRONLY() | Libc.O_CREAT();

    public static final int TRUNCATE = Libc.O_WRONLY() | Libc.O_CREAT() | Libc.O_TRUNC();
    public static final int APPEND = Libc.O_WRONLY() | Libc.O_CREAT() | Libc.O_APPEND();

    /** A folder through which others are reached. It may be entered, and need not be listed. */
    public static final int FOLDER = Libc.O_PATH() | Libc.O_DIRECTORY();

    static final CFunction OPEN = CFunction.variadic(Libc.open.address());

    private OpenFlags() {}
}
