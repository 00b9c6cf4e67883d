package dev.leash.internal.spawn;

import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Path directory && Arrays.equals(directory.path, path);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(path);
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
