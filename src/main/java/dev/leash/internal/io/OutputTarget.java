package dev.leash.internal.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The target of the bytes that a child writes to one of its descriptors. */
public sealed interface OutputTarget {
    /** Which bytes a capture keeps if there are more than its limit. */
    enum Keep {
        /** The first, and the run is stopped. */
        STOP,
        HEAD,
        TAIL,
        /** Half of the limit from the start, half from the end. */
        ENDS
    }

    /** Into memory. */
    record Captured(int limit, Keep keep) implements OutputTarget {
        /** 16 MiB. */
        public static final int DEFAULT_LIMIT = 16 * 1024 * 1024;

        @Override
        public boolean observed() {
            return true;
        }
    }

    /** Nowhere. */
    record Discarded() implements OutputTarget {}

    /** The stream of the same number of this process. */
    record Inherited() implements OutputTarget {}

    /** For standard error: wherever standard output goes, in the order of the writes. */
    record Merged() implements OutputTarget {}

    /** Another descriptor of this process. */
    record Descriptor(int fd) implements OutputTarget {}

    /** The child does not have the descriptor at all. */
    record Closed() implements OutputTarget {}

    /** Into the file at this path, which is created if it does not exist. */
    record File(byte[] path, boolean append) implements OutputTarget {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof File file && Arrays.equals(file.path, path) && file.append == append;
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(path);
        }
    }

    /** To a reader in this process while the child runs. */
    record Piped() implements OutputTarget {
        @Override
        public boolean observed() {
            return true;
        }
    }

    /** To a consumer on a virtual thread; each run gets its own. */
    record Consumed(Supplier<ChunkConsumer> consumers) implements OutputTarget {
        @Override
        public boolean observed() {
            return true;
        }
    }

    /** To a handler on the loop's thread. The buffer is valid during the call only. */
    record Handled(Consumer<ByteBuffer> handler) implements OutputTarget {
        @Override
        public boolean observed() {
            return true;
        }
    }

    /** Whether the bytes pass through this process, and so can be counted. */
    default boolean observed() {
        return false;
    }
}
