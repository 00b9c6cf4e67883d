package dev.leash.internal.contain;

/**
 * What all processes of a cgroup have used, the dead ones included. -1 for what this kernel does not tell, or whose
 * controller is not enabled.
 *
 * @param oomKills how many of them, and of those in cgroups below, the kernel has killed for want of memory
 * @param memoryLimitReached whether the cgroup's own limit of memory was reached and nothing could be reclaimed
 * @param pidsLimitReached whether the cgroup's own limit of processes was reached and a fork was refused
 */
public record CgroupUse(
        long memoryPeakBytes,
        long pidsPeak,
        long userMicros,
        long systemMicros,
        long oomKills,
        boolean memoryLimitReached,
        boolean pidsLimitReached) {}
