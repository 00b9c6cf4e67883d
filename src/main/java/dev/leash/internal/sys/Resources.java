package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/** The resources that can be limited for a process, see getrlimit(2). */
public final class Resources {
    public static final int AS = Libc.RLIMIT_AS();
    public static final int CORE = Libc.RLIMIT_CORE();
    public static final int CPU = Libc.RLIMIT_CPU();
    public static final int DATA = Libc.RLIMIT_DATA();
    public static final int FSIZE = Libc.RLIMIT_FSIZE();
    /** Not enforced by any kernel since Linux 2.4.25. */
    public static final int LOCKS = Libc.RLIMIT_LOCKS();

    public static final int MEMLOCK = Libc.RLIMIT_MEMLOCK();
    public static final int MSGQUEUE = Libc.RLIMIT_MSGQUEUE();
    public static final int NICE = Libc.RLIMIT_NICE();
    public static final int NOFILE = Libc.RLIMIT_NOFILE();
    public static final int NPROC = Libc.RLIMIT_NPROC();
    /** Not enforced by any kernel since Linux 2.4.30. */
    public static final int RSS = Libc.RLIMIT_RSS();

    public static final int RTPRIO = Libc.RLIMIT_RTPRIO();
    public static final int RTTIME = Libc.RLIMIT_RTTIME();
    public static final int SIGPENDING = Libc.RLIMIT_SIGPENDING();
    public static final int STACK = Libc.RLIMIT_STACK();

    private Resources() {}
}
