package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import java.nio.file.Path;

/**
 * Freezes a cgroup (Linux 5.2). KILL ends what is frozen; any other signal waits until it is thawed. See
 * "cgroup.freeze" in cgroup-v2.rst.
 */
final class CgroupFreezer implements Pausable {
    private final Path directory;
    private final int events;
    private boolean frozen;

    /** @param events an open cgroup.events */
    CgroupFreezer(Path directory, int events) {
        this.directory = directory;
        this.events = events;
    }

    @Override
    public int pause(CallState state) {
        int answer = write(state, '1');
        frozen |= answer == 0;
        return answer;
    }

    @Override
    public int resume(CallState state) {
        int answer = write(state, '0');
        frozen &= answer != 0;
        return answer;
    }

    /** Thaws it if it was frozen here: what others have done is theirs. */
    void resumeIfPaused(CallState state) {
        if (frozen) {
            int ignored = resume(state); // only a KILL can follow, if this is refused
        }
    }

    @Override
    public boolean isPaused(CallState state) {
        return CgroupEvents.isFrozen(state, events);
    }

    private int write(CallState state, char value) {
        if (CgroupEvents.isEmpty(state, events)) {
            return -Errno.ESRCH;
        }
        return Cgroup.write(directory.resolve("cgroup.freeze"), value) ? 0 : -Errno.EPERM;
    }
}
