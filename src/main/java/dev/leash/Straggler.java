package dev.leash;

/**
 * A process of a run that had left the program's process group, was still alive when the program had exited, or could
 * not be ended.
 *
 * {@snippet class="dev.leash.examples.LeftBehind" region="stragglers"}
 *
 * @param pid its process id; it may belong to another process by now
 * @param name its name as in {@code /proc/PID/comm}: at most 15 bytes, which the process may have chosen itself
 * @param membership why it counted as a process of the run
 * @param refused whether the kernel refused to let it be signalled, see kill(2): it has become another user, as sudo
 *     does, or a filter of system calls forbids it
 */
public record Straggler(long pid, String name, Membership membership, boolean refused) {
    /** Why a process counts as one of a run. */
    public enum Membership {
        /** It is the program itself. */
        LEADER,
        /** It was in the program's process group. */
        GROUP,
        /** It was in a process group that another process of the run leads. */
        SUBGROUP,
        /** It was in a session that a process of the run had made. */
        SESSION,
        /** Its parent was a process of the run. */
        PARENT,
        /** It was started with the run's id in its environment. */
        COOKIE,
        /** It was in the run's cgroup. */
        CGROUP
    }
}
