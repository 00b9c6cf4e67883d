package dev.leash.internal.contain;

import dev.leash.internal.proc.JvmName;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup in which this JVM was when it first made one, its home, and where cgroups with limits can be made. A cgroup
 * that has processes itself cannot give controllers to those below it, see cgroups(7), unless it is the root. The kernel
 * would accept some controllers all the same, and then refuse each process that is to be moved into a cgroup below. So
 * cgroups with limits are made, in this order,
 *
 * <ol>
 *   <li>in the home, if it is the root, or has the controllers already;
 *   <li>beside it, if systemd has delegated the cgroup above, as with DelegateSubgroup=;
 *   <li>in the home, from which this JVM and its descendants move into a leaf first, if nothing else is there;
 *   <li>beside it, if this process may write above, and is in no cgroup of another run.
 * </ol>
 *
 * For any thread but the loop's.
 */
final class CgroupHome {
    static final String LEAF = "leash.jvm-";

    private static final int MOST_MOVES = 100;

    private static @Nullable Path home;
    private static @Nullable Path leaf;

    private CgroupHome() {}

    static synchronized Path path() throws IOException {
        Path known = home;
        if (known == null) {
            known = Cgroups.own();
            removeLeaves(known);
            home = known;
        }
        return known;
    }

    /** The cgroup of this JVM now: for processes that are to leave the cgroup of a run. */
    static synchronized Path ofProcesses() throws IOException {
        Path moved = leaf;
        return moved == null ? path() : moved;
    }

    /** Where to make a cgroup that has these controllers, none in most cases. */
    static synchronized Path folder(List<String> controllers) throws IOException {
        Plan plan = plan(path(), controllers);
        if (plan.leaf && leaf == null) {
            moveIntoLeaf(plan.folder);
        }
        Controllers.enable(plan.folder, controllers);
        return plan.folder;
    }

    /** Why there is no such place; null if there is one. Changes nothing. */
    static synchronized @Nullable String obstacle(List<String> controllers) {
        try {
            Plan plan = plan(path(), controllers);
            return Controllers.canBeGiven(plan.folder, controllers) ? null : "no permission to write in " + plan.folder;
        } catch (IOException e) {
            return Cgroups.message(e);
        }
    }

    /** @param leaf whether its processes have to move into a leaf before */
    private record Plan(Path folder, boolean leaf) {}

    private static Plan plan(Path home, List<String> controllers) throws IOException {
        List<String> missing = Controllers.missing(home, controllers);
        if (missing.isEmpty()) {
            return new Plan(home, false);
        }
        if (isRoot(home)) {
            Controllers.requireAvailable(home, missing);
            return new Plan(home, false);
        }
        Path above = home.resolve("..").normalize();
        // A cgroup beside that of an outer run would not be held by that run.
        boolean mayBeBeside = !isOfARun(home) && isCgroup(above) && Controllers.canBeGiven(above, controllers);
        if (mayBeBeside && isDelegated(above)) {
            return new Plan(above, false);
        }
        List<String> others = others(home);
        if (others.isEmpty() && Controllers.canBeGiven(home, controllers)) {
            return new Plan(home, true);
        }
        if (mayBeBeside) {
            return new Plan(above, false);
        }
        Controllers.requireAvailable(home, missing);
        if (others.isEmpty()) {
            throw new IOException("no permission to give the controllers " + String.join(", ", missing)
                    + " to cgroups in " + home + ": it has not been delegated to this user");
        }
        throw new IOException("the cgroup " + home + " cannot have the controllers " + String.join(", ", missing)
                + " below it while it has processes that are not this JVM's own, such as " + others.getFirst()
                + "; start the JVM in a cgroup of its own, as systemd-run --scope -p Delegate=yes does");
    }

    /** The root of the whole hierarchy, and not what a namespace shows as it. */
    private static boolean isRoot(Path cgroup) {
        return !Files.exists(cgroup.resolve("cgroup.type"));
    }

    private static boolean isCgroup(Path folder) {
        return Files.exists(folder.resolve("cgroup.procs"));
    }

    private static boolean isOfARun(Path cgroup) {
        return String.valueOf(cgroup.getFileName()).startsWith(Cgroups.PREFIX);
    }

    /** systemd says so in an extended attribute. */
    private static boolean isDelegated(Path cgroup) {
        try {
            return Files.getAttribute(cgroup, "user:delegate") instanceof byte[] value
                    && value.length == 1
                    && value[0] == '1';
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The processes in {@code cgroup} that are neither this one nor descend from it, for a message. */
    private static List<String> others(Path cgroup) throws IOException {
        Map<Integer, ProcessEntry> all = new HashMap<>();
        ProcessTable.fresh().entries().forEach(process -> all.put(process.pid(), process));
        Set<Integer> inside = Cgroups.processes(cgroup);
        if (inside.contains(Cgroups.OUTSIDE)) {
            return List.of("one of an outer pid namespace");
        }
        return all.values().stream()
                .filter(process -> inside.contains(process.pid()) && !isOurs(process, all))
                .map(process -> process.name() + " [" + process.pid() + "]")
                .toList();
    }

    private static boolean isOurs(ProcessEntry process, Map<Integer, ProcessEntry> all) {
        int own = (int) ProcessHandle.current().pid();
        ProcessEntry at = process;
        for (int depth = 0; at != null && depth < all.size(); depth++) {
            if (at.pid() == own) {
                return true;
            }
            at = all.get(at.parent());
        }
        return false;
    }

    private static void moveIntoLeaf(Path cgroup) throws IOException {
        Path made = Files.createDirectory(cgroup.resolve(LEAF + JvmName.own() + "-0"));
        leaf = made;
        for (int round = 0; round < MOST_MOVES; round++) {
            Set<Integer> left = Cgroups.processes(cgroup);
            if (left.isEmpty()) {
                return;
            }
            for (int pid : left) {
                try {
                    CgroupFile.write(made.resolve("cgroup.procs"), Integer.toString(pid));
                } catch (SystemCallException e) {
                    if (!Files.exists(made) || e.errno() == Errno.ENODEV) {
                        // Empty, it was, or is just, taken for that of a JVM that is gone.
                        Files.createDirectories(made);
                        break;
                    }
                    if (Cgroups.processes(cgroup).contains(pid)) {
                        throw new IOException(
                                "cannot move process " + pid + " to " + made + ": " + Cgroups.reason(e), e);
                    } // else it has ended
                }
            }
        }
        throw new IOException("new processes come into " + cgroup + " as fast as they are moved to " + made);
    }

    /** Those of JVMs that are gone. Whatever was left there to live on is not touched. */
    private static void removeLeaves(Path cgroup) throws IOException {
        for (Path stale : JvmName.stale(cgroup, LEAF)) {
            try {
                Files.deleteIfExists(stale);
            } catch (IOException e) {
                // It has processes, or is another user's.
            }
        }
    }
}
