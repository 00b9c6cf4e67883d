package dev.leash.internal.contain;

/**
 * A process of a run.
 *
 * @param name as in /proc/PID/comm: at most 15 bytes, which the process may have chosen itself
 */
public record Member(int pid, String name, Bond bond) {}
