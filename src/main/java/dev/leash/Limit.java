package dev.leash;

/**
 * A limit of a {@link Command} that a run has reached; see {@link Result#limitsReached()}. Not all that can be limited is
 * here: whoever may have no more files or no more address space gets an error from a system call, of which only he knows.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="limits"}
 */
public enum Limit {
    /**
     * {@link Command#memoryLimit}: nothing more could be reclaimed, so the kernel had to kill; {@link Result#oomKills()}
     * tells how many processes. See {@code oom} in {@code memory.events}, cgroup-v2.rst.
     */
    MEMORY,
    /**
     * {@link Command#pidsLimit}: a fork was refused. Before Linux 6.1 this is never told: there a fork that a cgroup above
     * has refused looks the same.
     */
    PIDS,
    /**
     * {@link Rlimit#CPU}: SIGXCPU has ended a program, which was not sent it by Leash, after about that CPU time. At the hard
     * limit the kernel sends KILL, as anybody may: that is not told, so leave the program time between the two.
     */
    CPU_TIME,
    /** {@link Rlimit#FSIZE}: SIGXFSZ has ended a program, which was not sent it by Leash. */
    FILE_SIZE
}
