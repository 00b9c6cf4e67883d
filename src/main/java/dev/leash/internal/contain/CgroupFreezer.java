package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import java.nio.file.Path;

/**
 * Freezes a cgroup (Linux 5.2). KILL ends what is frozen; any other signal waits until it is thawed. See
 * "cgroup.freeze" in cgroup-v2.rst.
 */
final class CgroupFreezer implements Pausable {
    private static final int CLOSED = -1;

    private final Path directory;
    private final int events;

    /** Open as long as it is frozen by this: to thaw it no descriptor may be missing. */
    private int file = CLOSED;

    /** @param events an open cgroup.events */
    CgroupFreezer(Path directory, int events) {
        this.directory = directory;
        this.events = events;
    }

    @Override
    public int pause(CallState state) {
        if (CgroupEvents.isEmpty(state, events)) {
            return -Errno.ESRCH;
        }
        if (file < 0) {
            file = open(state);
        }
        int answer = write(state, '1');
        if (answer < 0) {
            close(state);
        }
        return answer;
    }

    @Override
    public int resume(CallState state) {
        if (CgroupEvents.isEmpty(state, events)) {
            return -Errno.ESRCH;
        }
        if (file < 0) {
            file = open(state); // others may have frozen it
        }
        int answer = write(state, '0');
        close(state);
        return answer;
    }

    /** Thaws it if it was frozen here: what others have done is theirs. */
    void resumeIfPaused(CallState state) {
        if (file >= 0) {
            int ignored = resume(state); // only a KILL can follow, if this is refused
        }
    }

    @Override
    public boolean isPaused(CallState state) {
        return CgroupEvents.isFrozen(state, events);
    }

    /** Closes what it has open, and changes nothing. */
    void close(CallState state) {
        Descriptors.closeIfOpen(state, file);
        file = CLOSED;
    }

    private int write(CallState state, char value) {
        int answer = file < 0 ? file : Descriptors.write(state, file, value);
        // It was removed meanwhile, and so was empty.
        return answer == -Errno.ENOENT || answer == -Errno.ENODEV ? -Errno.ESRCH : answer;
    }

    private int open(CallState state) {
        return CgroupFile.open(state, directory.resolve("cgroup.freeze"));
    }
}
