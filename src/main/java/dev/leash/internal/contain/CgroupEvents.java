package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the kernel tells of a cgroup in cgroup.events, through a descriptor that stays open; see cgroups(7). */
final class CgroupEvents {
    static final String NAME = "cgroup.events";

    private CgroupEvents() {}

    /** That of the cgroup {@code directory}, or the negated errno. */
    static int open(CallState state, Path directory) {
        return Descriptors.openToRead(state, directory.resolve(NAME).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether no process is in the cgroup, or in one below. If the descriptor is polled, this rearms it. */
    static boolean isEmpty(CallState state, int events) {
        return Descriptors.reread(state, events).contains("populated 0");
    }

    /** Whether all its processes are frozen. */
    static boolean isFrozen(CallState state, int events) {
        return Descriptors.reread(state, events).contains("frozen 1");
    }
}
