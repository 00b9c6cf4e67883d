package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.FileLocks;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Removes the cgroups of JVMs of other pid namespaces that are gone. When a whole namespace ends, as with its container,
 * a JVM ends together with its guardian and all its runs, whose empty cgroups stay where the hierarchy outlives them.
 * Such a JVM cannot be looked for by its number. But one that lives has a lock on each cgroup of a run, see {@link
 * NewCgroup}, and its own is not empty.
 */
final class AbandonedCgroups {
    private AbandonedCgroups() {}

    /**
     * Removes those in {@code folder}. Kills nothing.
     *
     * @param prefix of the names of cgroups, before that of the JVM
     * @param here the namespace that is not meant
     */
    static void remove(Path folder, String prefix, String here) throws IOException {
        try (CallState state = CallState.open();
                DirectoryStream<Path> all = Files.newDirectoryStream(folder, prefix + "*-*-*-*")) {
            for (Path path : all) {
                String name = path.getFileName().toString().substring(prefix.length());
                if (name.matches("[0-9]+-[0-9]+-[0-9]+-[0-9]+") && !name.startsWith(here + "-")) {
                    removeIfAbandoned(state, path);
                }
            }
        }
    }

    private static void removeIfAbandoned(CallState state, Path cgroup) {
        int events = CgroupEvents.open(state, cgroup);
        if (events < 0) {
            return; // it is gone
        }
        // With the lock until it is removed: who has just made it gets none, and makes another.
        if (FileLocks.tryTake(state, events) == 0 && CgroupEvents.isEmpty(state, events)) {
            boolean ignored = CgroupRemoval.remove(cgroup); // what has processes by now, or is another user's, stays
        }
        Descriptors.close(state, events);
    }
}
