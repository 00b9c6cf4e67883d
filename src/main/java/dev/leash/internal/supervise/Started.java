package dev.leash.internal.supervise;

import java.util.List;
import java.util.Map;

/**
 * A run whose programs have just been started.
 *
 * @param startNanos just before the start
 */
record Started(List<Program> stages, long startNanos) {
    /**
     * One of them.
     *
     * @param ownEnds this process's ends of the pipes, by the child's descriptor
     */
    record Program(int pid, int pidfd, Map<Integer, Integer> ownEnds) {}
}
