package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.FileLocks;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A cgroup that was just made. As long as {@code events} is open, it has a lock by which JVMs in other pid namespaces,
 * which cannot look for this one, know that it is in use: see {@link AbandonedCgroups}. Others ask for it, too.
 *
 * @param events its cgroup.events
 */
record NewCgroup(Path directory, int events) {
    /** Each is lost only to a JVM that looks for abandoned ones for the first time. */
    private static final int MOST_TRIES = 20;

    /**
     * Makes and locks one in {@code folder}.
     *
     * @param names a new name for each call
     */
    static NewCgroup in(Path folder, Supplier<String> names) throws IOException {
        try (CallState state = CallState.open()) {
            for (int tries = 1; ; tries++) {
                Path made = create(folder, names.get());
                int events = CgroupEvents.open(state, made);
                // Only now the look whether it is still there: who removes it has the lock alone meanwhile.
                if (events >= 0 && isShared(state, events) && Files.exists(made)) {
                    return new NewCgroup(made, events);
                }
                Descriptors.closeIfOpen(state, events);
                boolean ignored = CgroupRemoval.remove(made);
                // ENODEV is the answer while it is being removed.
                if (events < 0 && events != -Errno.ENOENT && events != -Errno.ENODEV) {
                    throw new SystemCallException("open " + made.resolve(CgroupEvents.NAME), -events);
                }
                if (tries == MOST_TRIES) {
                    throw new IOException("something removes each cgroup that is made in " + folder);
                }
            }
        }
    }

    private static Path create(Path folder, String name) throws IOException {
        try {
            return Files.createDirectory(folder.resolve(name));
        } catch (IOException e) {
            // Not the path that was tried: it is new each time, and does not help to find what has to be changed.
            throw new IOException("cannot make a cgroup in " + folder + ": " + Cgroups.reason(e), e);
        }
    }

    /** Where flock(2) is refused, as by a filter, nothing is locked: then it could be lost as long as it is empty. */
    private static boolean isShared(CallState state, int events) {
        return FileLocks.tryShare(state, events) != -Errno.EAGAIN;
    }

    /** Whether a JVM that lives has a lock on {@code cgroup}. */
    static boolean isLocked(Path cgroup) {
        try (CallState state = CallState.open()) {
            int events = CgroupEvents.open(state, cgroup);
            if (events < 0) {
                return false; // it is gone, or no cgroup
            }
            boolean locked = FileLocks.tryTake(state, events) == -Errno.EAGAIN;
            Descriptors.close(state, events);
            return locked;
        }
    }

    /** It is not needed after all. */
    void abandon(CallState state) {
        Descriptors.close(state, events);
        boolean ignored = CgroupRemoval.remove(directory); // it is empty
    }
}
