package dev.leash;

/**
 * A limit of a {@link Command} that a run has reached; see {@link Result#limitsReached()}. Not every limit is listed
 * here: a process that may have no more files or address space gets an error from a system call, which only the
 * process itself can see.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="limits"}
 */
public enum Limit {
    /**
     * {@link Command#memoryLimit}: no more memory could be reclaimed, so the kernel killed processes; {@link
     * Result#oomKills()} is their number. See {@code oom} in {@code memory.events}, cgroup-v2.rst.
     */
    MEMORY,
    /**
     * {@link Command#pidsLimit}: a fork was refused. Never reported before Linux 6.1, where a fork that a parent
     * cgroup refused looks the same.
     */
    PIDS,
    /**
     * {@link Rlimit#CPU}: SIGXCPU, not sent by Leash, has ended a program after about that CPU time. At the hard
     * limit the kernel sends KILL, which any process may send too, so that is not reported: leave the program time
     * between the two limits.
     */
    CPU_TIME,
    /** {@link Rlimit#FSIZE}: SIGXFSZ, not sent by Leash, has ended a program. */
    FILE_SIZE
}
