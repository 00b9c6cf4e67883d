package dev.leash.internal.io;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Where the bytes go that a child writes to one of its descriptors. */
public sealed interface Output {
    /** Which bytes a capture keeps of more than its limit. */
    enum Keep {
        /** The first, and the run is stopped. */
        STOP,
        HEAD,
        TAIL,
        /** Half of the limit from the start, half from the end. */
        ENDS
    }

    /** Into memory. */
    record Captured(int limit, Keep keep) implements Output {
        @Override
        public boolean observed() {
            return true;
        }
    }

    /** Nowhere. */
    record Discarded() implements Output {}

    /** The stream of the same number of this process. */
    record Inherited() implements Output {}

    /** For standard error: wherever standard output goes, in the order of the writes. */
    record Merged() implements Output {}

    /** Another descriptor of this process. */
    record Descriptor(int fd) implements Output {}

    /** No such descriptor at all. */
    record Closed() implements Output {}

    /** Into the file at this path, which is made if it is not there. */
    record File(byte[] path, boolean append) implements Output {}

    /** To whoever reads it while the child runs. */
    record Piped() implements Output {
        @Override
        public boolean observed() {
            return true;
        }
    }

    /** To a consumer, of which each run gets its own, on a virtual thread. */
    record Consumed(Supplier<ChunkConsumer> consumers) implements Output {
        @Override
        public boolean observed() {
            return true;
        }
    }

    /** To a handler on the loop's thread. The buffer is valid during the call only. */
    record Handled(Consumer<ByteBuffer> handler) implements Output {
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
