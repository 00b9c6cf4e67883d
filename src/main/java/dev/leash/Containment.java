package dev.leash;

import dev.leash.internal.contain.Cgroups;
import java.util.Optional;

/**
 * Which processes belong to a run, and so are signalled, waited for and killed with it: how far a program can go and still
 * be on the leash.
 *
 * {@snippet class="dev.leash.examples.UntrustedBuild" region="untrusted"}
 */
public enum Containment {
    /**
     * The process group that the program leads. The default; it costs about one system call at the end of a run. When the run
     * is stopped, by its deadline or otherwise, also those of the program's descendants that have left the group, with
     * setsid(2), setpgid(2), as a job of a shell with job control or as what timeout(1) runs, and still have their parents:
     * the kernel shows these at the cost of some ten microseconds for each process. They are signalled and killed with the
     * group, and {@linkplain Result#killed told}, unless {@linkplain StragglerPolicy#LEAVE stragglers are to be left}. Not held is
     * who has left the group and lost its parent before the stop, as a daemon has, and who has left it when the program exits
     * by itself.
     */
    GROUP,
    /**
     * The group, and what has left it: found by parent, by session, and by the variable {@code LEASH_RUN} that is added to
     * the environment. What it finds is stopped, until nothing new appears, and then killed. Only a process that has lost
     * all of them is not held: one that has cleared its environment, made a session of its own, and whose ancestors are
     * gone. Costs a look through {@code /proc} at each signal and at the end.
     */
    TREE,
    /**
     * A cgroup of its own (version 2), below the one that the JVM is in; the program is in it before its first instruction.
     * Nothing gets out of it that has no right to write in the cgroup above, whatever it does; it is killed at one blow, and
     * the kernel tells when it is empty. Here memory, processes and CPU time can be {@linkplain Command#memoryLimit
     * limited}. Needs Linux 5.14 and the right to make cgroups; a start takes some milliseconds more.
     */
    CGROUP;

    /** The strongest that is to be had here: {@link #CGROUP} if a cgroup can be made, else {@link #TREE}. */
    public static Containment strongest() {
        return obstacle().isEmpty() ? CGROUP : TREE;
    }

    /**
     * What keeps {@link #CGROUP} from being used here, with the file or the right that is missing; empty if nothing does. Each
     * call tries it, by making a cgroup. For any thread, but not in a handler on the loop.
     *
     * <p>Mostly it is that the cgroup in which the JVM is has not been delegated to its user. It is, if the JVM is started by
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
