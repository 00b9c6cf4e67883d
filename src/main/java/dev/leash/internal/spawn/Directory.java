package dev.leash.internal.spawn;

/** The directory in which a program starts. */
public sealed interface Directory {
    /** That of this process. */
    record Inherited() implements Directory {}

    record Path(byte[] path) implements Directory {}

    /** An open directory, which may have no path any more. */
    record Descriptor(int fd) implements Directory {}
}
