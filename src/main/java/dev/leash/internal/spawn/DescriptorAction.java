package dev.leash.internal.spawn;

/** One thing that happens to a descriptor of the child between fork and exec. */
public sealed interface DescriptorAction {
    /** Descriptor {@code target} becomes a duplicate of this process's {@code source}. */
    record Duplicate(int source, int target) implements DescriptorAction {}

    /** Descriptor {@code target} reads nothing, or swallows what is written. */
    record Null(int target, boolean forWriting) implements DescriptorAction {}

    /**
     * Descriptor {@code target} opens a terminal, which becomes the controlling one of a child that leads a new session and
     * has none yet.
     */
    record Terminal(int target, byte[] path) implements DescriptorAction {}

    /** Descriptor {@code target} is closed. */
    record Close(int target) implements DescriptorAction {}

    /**
     * A file that is opened for reading, and closed again, when all else has been done and all other descriptors are
     * closed: it may hold the child up, and refuse to let it execute its program. Only together with closing the others.
     */
    record Gate(byte[] path) implements DescriptorAction {}
}
