package dev.leash.internal.io;

/** Where a child's standard input comes from. */
public sealed interface Input {
    /** Nothing: the first read finds the end. */
    record Empty() implements Input {}

    /** These bytes, then the end. */
    record Bytes(byte[] data) implements Input {}

    /** The standard input of this process. */
    record Inherited() implements Input {}

    /** Another descriptor of this process. */
    record Descriptor(int fd) implements Input {}

    /** No descriptor 0 at all. */
    record Closed() implements Input {}
}
