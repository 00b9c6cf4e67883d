package dev.leash.internal.contain;

/**
 * What a run may use. 0 for no limit.
 *
 * @param cpuMicros CPU time in each period of 100 ms
 */
public record CgroupLimits(long memoryBytes, long pids, long cpuMicros) {
    public static final CgroupLimits NONE = new CgroupLimits(0, 0, 0);
}
