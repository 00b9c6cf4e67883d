package dev.leash.internal.supervise;

/**
 * A child that has just been started, with this process's ends of its pipes; -1 for a stream without a pipe.
 *
 * @param startNanos just before the start
 */
record Started(int pid, int pidfd, int stdin, int stdout, int stderr, long startNanos) {}
