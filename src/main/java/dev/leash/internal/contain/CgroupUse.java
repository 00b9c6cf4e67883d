package dev.leash.internal.contain;

/**
 * What all processes of a cgroup have used, the dead ones included. -1 for what this kernel does not tell, or whose
 * controller is not enabled.
 */
public record CgroupUse(long memoryPeakBytes, long pidsPeak, long userMicros, long systemMicros) {}
