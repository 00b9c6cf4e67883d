package dev.leash;

import dev.leash.internal.contain.Cgroups;
import java.util.Optional;

/**
 * Which processes belong to a run, and so are signalled, waited for and killed with it.
 *
 * {@snippet class="dev.leash.examples.UntrustedBuild" region="untrusted"}
 */
public enum Containment {
    /**
     * The process group that the program leads. The default; it costs about one system call at the end of a run. When
     * the run is stopped, by its deadline or otherwise, it also covers the program's descendants that have left the
     * group (by setsid(2) or setpgid(2), as a job of a shell with job control or the child of timeout(1)) and still
     * have their parents: the kernel lists these at a cost of some ten microseconds for each process. They are
     * signalled and killed with the group, and {@linkplain Result#killed reported}, unless {@linkplain
     * StragglerPolicy#LEAVE stragglers are to be left}. It does not cover a process that left the group and lost its
     * parent before the stop, as a daemon does, nor one that has left the group when the program exits by itself.
     */
    GROUP,
    /**
     * The group and the processes that have left it, found by parent, by session, and by two marks that they inherit: the
     * variable {@code LEASH_RUN} in the environment, and a number as the limit {@code RLIMIT_LOCKS}, which the kernel does
     * not enforce, see getrlimit(2). Processes are stopped as they are found, until no new one appears, and then killed.
     * It does not cover a process that has lost all of them: it is in a session of its own, its ancestors are gone, it has
     * cleared its environment, and all that was in the first moment of the program, before that had the limit.
     * Where processes fork faster than a search can follow, {@link Result#searchFailed} tells that there may be more.
     * Costs a scan of {@code /proc} at each signal and at the end.
     */
    TREE,
    /**
     * A cgroup of its own (version 2), below that of the JVM or, if it has limits, beside it; the program is in it before
     * its first instruction. A process without the right to write in the parent cgroup cannot leave it. One write kills
     * the whole cgroup, and the kernel reports when it is empty. Memory, processes, CPU time, the processors and the rates
     * of disks can be {@linkplain Command#memoryLimit limited}; before the first such run the JVM may have to move, with
     * its descendants, into a leaf of its cgroup. Needs Linux 5.14 and the right to create cgroups; a start takes some milliseconds more.
     */
    CGROUP;

    /**
     * The strongest containment that is available here: {@link #CGROUP} if a cgroup can be made, else {@link #TREE}.
     */
    public static Containment strongest() {
        return obstacle().isEmpty() ? CGROUP : TREE;
    }

    /**
     * Why {@link #CGROUP} cannot be used here, with the file or the right that is missing; empty if it can. Each call
     * tries it by creating a cgroup. May be called from any thread, but not in a handler on the loop.
     *
     * <p>The usual reason is that the JVM's cgroup has not been delegated to its user. It is delegated if the JVM is
     * started by
     * <ul>
     *   <li>{@code systemd-run --user --scope -p Delegate=yes java …}, for a user of a machine with systemd;
     *   <li>a unit of systemd with {@code Delegate=yes}, for a service;
     *   <li>a container with a cgroup namespace of its own and {@code /sys/fs/cgroup} mounted writable.
     * </ul>
     */
    public static Optional<String> obstacle() {
        return Optional.ofNullable(Cgroups.obstacle());
    }
}
