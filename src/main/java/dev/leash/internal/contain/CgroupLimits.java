package dev.leash.internal.contain;

import java.util.ArrayList;
import java.util.List;

/**
 * The limits of a run's cgroup; 0 for no limit.
 *
 * @param cpuMicros CPU time in each period of 100 ms
 */
public record CgroupLimits(long memoryBytes, long pids, long cpuMicros) {
    public static final CgroupLimits NONE = new CgroupLimits(0, 0, 0);

    /** The controllers that the limits need. */
    List<String> controllers() {
        if (isNone()) {
            return List.of();
        }
        List<String> needed = new ArrayList<>();
        if (memoryBytes > 0) {
            needed.add("memory");
        }
        if (pids > 0) {
            needed.add("pids");
        }
        if (cpuMicros > 0) {
            needed.add("cpu");
        }
        return needed;
    }

    /** Whether nothing is limited. */
    public boolean isNone() {
        // Not equals(): the JVM generates a record's equals() at its first call, which would cost time at each start
        // of the command.
        return memoryBytes == 0 && pids == 0 && cpuMicros == 0;
    }
}
