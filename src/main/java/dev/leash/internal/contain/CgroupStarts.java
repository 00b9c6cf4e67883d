package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Spawn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Whether a child can be made in a cgroup, see CLONE_INTO_CGROUP in clone3(2), instead of being moved to it before it
 * executes its program: with glibc from 2.39 on and Linux from 5.7 on, unless a filter refuses clone3.
 */
final class CgroupStarts {
    private static final int NONE = -1;

    /** Before the first trial it is not known. */
    private static volatile boolean refused = !KernelFeatures.startsInCgroup();

    private static volatile boolean tried;

    private CgroupStarts() {}

    /** A descriptor of the cgroup {@code directory} to make children in; negative if they have to be moved to it. */
    static int descriptor(CallState state, Path directory) {
        if (refused) {
            return NONE;
        }
        int opened = Descriptors.openToRead(state, directory.toString().getBytes(StandardCharsets.UTF_8));
        if (opened < 0 || tried) {
            return opened;
        }
        // There is no such program, which is found out by a child that was made.
        int answer = Spawn.tryInCgroup(opened);
        if (answer == -Errno.ENOTDIR) {
            tried = true;
            return opened;
        }
        refused = answer == -Errno.ENOSYS || answer == -Errno.EINVAL || answer == -Errno.E2BIG;
        Descriptors.close(state, opened);
        return NONE;
    }
}
