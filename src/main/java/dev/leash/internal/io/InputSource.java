package dev.leash.internal.io;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** Where a descriptor from which a child reads gets its bytes. */
public sealed interface InputSource {
    /** Nothing: the first read finds the end. */
    record Empty() implements InputSource {}

    /** These bytes, then the end. */
    record Bytes(byte[] data) implements InputSource {
        @Override
        public boolean fed() {
            return true;
        }
    }

    /** The descriptor of the same number of this process. */
    record Inherited() implements InputSource {}

    /** Another descriptor of this process. */
    record Descriptor(int fd) implements InputSource {}

    /** No such descriptor at all. */
    record Closed() implements InputSource {}

    /** What the file at this path holds. */
    record File(byte[] path) implements InputSource {}

    /** What the caller writes while the child runs. */
    record Piped() implements InputSource {
        @Override
        public boolean fed() {
            return true;
        }
    }

    /** What is published, then the end. */
    record Published(Flow.Publisher<? extends ByteBuffer> publisher) implements InputSource {
        @Override
        public boolean fed() {
            return true;
        }
    }

    /** What a stream gives, read on a virtual thread, then the end. */
    record Streamed(InputStream source) implements InputSource {
        @Override
        public boolean fed() {
            return true;
        }
    }

    /** Whether this process writes the bytes. */
    default boolean fed() {
        return false;
    }
}
