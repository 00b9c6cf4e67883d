package dev.leash.internal.spawn;

import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.lang.foreign.Arena;

/** The directory that a program starts in. */
public sealed interface Directory {
    /** Adds the change of directory to the actions of a posix_spawn(3). */
    void addTo(SpawnActions actions, Arena scratch);

    /** The current directory of this process. */
    record Inherited() implements Directory {
        @Override
        public void addTo(SpawnActions actions, Arena scratch) {}
    }

    record Path(byte[] path) implements Directory {
        @Override
        public void addTo(SpawnActions actions, Arena scratch) {
            actions.changeDirectory(Spawn.terminated(scratch, path));
        }
    }

    /** An open directory, which may have no path any more. */
    record Descriptor(int fd) implements Directory {
        @Override
        public void addTo(SpawnActions actions, Arena scratch) {
            actions.changeDirectory(fd);
        }
    }
}
