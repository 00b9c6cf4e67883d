package dev.leash.internal.io;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The source of the bytes that a child reads from a descriptor. */
public sealed interface InputSource {
    /** Nothing: the first read finds the end. */
    record Empty() implements InputSource {}

    /** These bytes, then the end. */
    record Bytes(byte[] data) implements InputSource {
        @Override
        public boolean fed() {
            return true;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes bytes && Arrays.equals(bytes.data, data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }
    }

    /** The descriptor of the same number of this process. */
    record Inherited() implements InputSource {}

    /** Another descriptor of this process. */
    record Descriptor(int fd) implements InputSource {}

    /** The child does not have the descriptor at all. */
    record Closed() implements InputSource {}

    /** The file at this path. */
    record File(byte[] path) implements InputSource {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof File file && Arrays.equals(file.path, path);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(path);
        }
    }

    /** The bytes that the caller writes while the child runs. */
    record Piped() implements InputSource {
        @Override
        public boolean fed() {
            return true;
        }
    }

    /** The buffers of a publisher, then the end. */
    record Published(Flow.Publisher<? extends ByteBuffer> publisher) implements InputSource {
        @Override
        public boolean fed() {
            return true;
        }
    }

    /** The bytes of a stream, read on a virtual thread, then the end. */
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
