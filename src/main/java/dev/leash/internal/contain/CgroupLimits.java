package dev.leash.internal.contain;

/**
 * The limits of a run's cgroup; 0 for no limit.
 *
 * @param cpuMicros CPU time in each period of 100 ms
 */
public record CgroupLimits(long memoryBytes, long pids, long cpuMicros) {
    public static final CgroupLimits NONE = new CgroupLimits(0, 0, 0);

    /** Whether nothing is limited. */
    public boolean isNone() {
        // Not equals(): the JVM generates a record's equals() at its first call, which would cost time at each start
        // of the command.
        return memoryBytes == 0 && pids == 0 && cpuMicros == 0;
    }
}
