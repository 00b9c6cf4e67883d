package dev.leash.internal.supervise;

import java.util.List;

/**
 * A run whose programs have just been started.
 *
 * @param startNanos just before the start
 */
record Started(List<Program> stages, long startNanos) {
    /**
     * One of them.
     *
     * @param ownEnds this process's ends of the pipes
     */
    record Program(int pid, int pidfd, List<End> ownEnds) {}

    /** {@code fd} is this process's end of what the child has as {@code descriptor}. */
    record End(int descriptor, int fd) {}
}
