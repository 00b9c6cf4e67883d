package dev.leash;

import dev.leash.internal.sys.Resources;

/**
 * A resource that the kernel can limit for each single process, named as in getrlimit(2). A process passes its limits
 * on to its children, but their use is not added up: see {@link Command#memoryLimit} and the other limits of a cgroup
 * for that.
 *
 * {@snippet class="dev.leash.examples.Commands" region="rlimit"}
 */
public enum Rlimit {
    /** Address space, in bytes. */
    AS(Resources.AS),
    /** Size of a core dump, in bytes; 0 for none. */
    CORE(Resources.CORE),
    /**
     * CPU time, in seconds; beyond the soft limit SIGXCPU is sent, beyond the hard one SIGKILL. See {@link
     * Limit#CPU_TIME}.
     */
    CPU(Resources.CPU),
    /** Data segment with the heap, in bytes. */
    DATA(Resources.DATA),
    /** Size of a file that is written, in bytes; beyond it SIGXFSZ is sent. */
    FSIZE(Resources.FSIZE),
    /** Memory locked into RAM, in bytes. */
    MEMLOCK(Resources.MEMLOCK),
    /** POSIX message queues of the user, in bytes. */
    MSGQUEUE(Resources.MSGQUEUE),
    /** How far the niceness can be lowered: to 20 less this. */
    NICE(Resources.NICE),
    /** One more than the highest file descriptor. */
    NOFILE(Resources.NOFILE),
    /** Processes and threads of the user, wherever they run; root is not limited. */
    NPROC(Resources.NPROC),
    /** Highest real-time priority. */
    RTPRIO(Resources.RTPRIO),
    /** CPU time of a real-time process without a blocking system call, in microseconds. */
    RTTIME(Resources.RTTIME),
    /** Signals of the user that are queued. */
    SIGPENDING(Resources.SIGPENDING),
    /** Stack of the main thread, in bytes; a quarter of it is for arguments and environment. */
    STACK(Resources.STACK);

    /** As a value: no limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final int number;

    Rlimit(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
