package dev.leash.internal.contain;

/**
 * What all processes of a cgroup have used, including those that have ended. -1 for a value that this kernel does not
 * report or whose controller is not enabled.
 *
 * @param periods how many periods of its CPU limit there were in which it had something to do
 * @param throttledPeriods in how many of these its CPU time was used up
 * @param throttledMicros how long it could then not go on, added up for all processors
 * @param oomKills how many processes in it and in the cgroups below it the kernel has killed for lack of memory
 * @param memoryLimitReached whether the cgroup's own limit of memory was reached and nothing could be reclaimed
 * @param pidsLimitReached whether the cgroup's own limit of processes was reached and a fork was refused
 */
public record CgroupUse(
        long memoryPeakBytes,
        long pidsPeak,
        long userMicros,
        long systemMicros,
        long periods,
        long throttledPeriods,
        long throttledMicros,
        long oomKills,
        boolean memoryLimitReached,
        boolean pidsLimitReached) {}
