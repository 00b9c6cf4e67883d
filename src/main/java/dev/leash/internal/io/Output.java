package dev.leash.internal.io;

/** Where one of a child's output streams goes. */
public sealed interface Output {
    /** Into memory, at most {@code limit} bytes. */
    record Captured(int limit) implements Output {}

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
}
