package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.Errno;

/**
 * A process of a run.
 *
 * @param name as in /proc/PID/comm: at most 15 bytes, which the process may have chosen itself
 * @param refusal the errno with which the kernel refuses to let it be signalled, EPERM as a rule; 0 if it does not, or if
 *     that has not been looked at
 */
public record Member(int pid, String name, Membership bond, int refusal) {
    public Member(int pid, String name, Membership bond) {
        this(pid, name, bond, 0);
    }

    static Member of(ProcessEntry process, Membership membership, int refusal) {
        return new Member(process.pid(), process.name(), membership, refusal);
    }

    /** A program of a run, which has not been reaped. */
    public static Member program(int pid, boolean leader, int refusal) {
        ProcessEntry now = ProcessEntry.read(pid);
        return new Member(pid, now == null ? "" : now.name(), leader ? Membership.LEADER : Membership.GROUP, refusal);
    }

    /** For people, such as {@code sleep [4711], not to be signalled (EPERM)}. A name may hold anything, so not as it is. */
    @Override
    public String toString() {
        return name.replaceAll("\\p{Cntrl}", "?") + " [" + pid + "]"
                + (refusal == 0 ? "" : ", not to be signalled (" + Errno.name(refusal) + ")");
    }
}
