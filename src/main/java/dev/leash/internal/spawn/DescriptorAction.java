package dev.leash.internal.spawn;

import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** One action on a descriptor of the child between fork and exec. */
public sealed interface DescriptorAction {
    /** The child's descriptor. */
    int target();

    /** Adds this action to those of a posix_spawn(3). */
    void addTo(SpawnActions actions, Arena scratch);

    /** Descriptor {@code target} becomes a duplicate of this process's {@code source}. */
    record Duplicate(int source, int target) implements DescriptorAction {
        @Override
        public void addTo(SpawnActions actions, Arena scratch) {
            actions.dup2(source, target);
        }
    }

    /** Descriptor {@code target} reads the end of file, or discards what is written. */
    record Null(int target, boolean forWriting) implements DescriptorAction {
        private static final MemorySegment DEV_NULL =
                Spawn.terminated(Arena.global(), "/dev/null".getBytes(StandardCharsets.US_ASCII));

        @Override
        public void addTo(SpawnActions actions, Arena scratch) {
            int flags = forWriting ? Spawn.writeOnly() : Spawn.readOnly();
            actions.open(target, DEV_NULL, flags, 0);
        }
    }

    /**
     * Descriptor {@code target} opens a terminal, which becomes the controlling one of a child that leads a new
     * session and has none yet.
     */
    record Terminal(int target, byte[] path) implements DescriptorAction {
        @Override
        public void addTo(SpawnActions actions, Arena scratch) {
            actions.open(target, Spawn.terminated(scratch, path), Spawn.readWrite(), 0);
        }
    }

    /** Descriptor {@code target} is closed. */
    record Close(int target) implements DescriptorAction {
        @Override
        public void addTo(SpawnActions actions, Arena scratch) {
            actions.close(target);
        }
    }
}
