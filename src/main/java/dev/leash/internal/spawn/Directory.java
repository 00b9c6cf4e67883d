package dev.leash.internal.spawn;

import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.lang.foreign.Arena;

/** The directory in which a program starts. */
public sealed interface Directory {
    /** Adds it to what posix_spawn(3) is going to do. */
    void addTo(SpawnActions actions, Arena scratch);

    /** That of this process. */
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
