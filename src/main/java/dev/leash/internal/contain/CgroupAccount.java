package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The accounting files of a cgroup; see cgroup-v2.rst, "Controllers". */
final class CgroupAccount {
    private CgroupAccount() {}

    /**
     * What the cgroup {@code directory} has used so far. To be read before the cgroup is removed: its counters go
     * with it.
     *
     * @param limits those of the cgroup itself
     */
    static CgroupUse read(Path directory, CgroupLimits limits) {
        List<String> cpu = lines(directory.resolve("cpu.stat"));
        long pidsPeak = number(lines(directory.resolve("pids.peak")));
        return new CgroupUse(
                number(lines(directory.resolve("memory.peak"))),
                pidsPeak,
                value(cpu, "user_usec"),
                value(cpu, "system_usec"),
                value(cpu, "nr_periods"),
                value(cpu, "nr_throttled"),
                value(cpu, "throttled_usec"),
                value(lines(directory.resolve("memory.events")), "oom_kill"),
                limits.memoryBytes() > 0 && memoryLimitReached(directory),
                limits.pids() > 0 && pidsLimitReached(directory, pidsPeak, limits.pids()));
    }

    /**
     * The kernel counts "oom" in the cgroup whose limit was reached when nothing could be reclaimed. memory.events
     * also includes the cgroups below, which a member may have made and limited. Each "oom_kill" is counted in the
     * victim's cgroup, whether this cgroup, one above it, or the machine ran out of memory.
     */
    private static boolean memoryLimitReached(Path directory) {
        return value(lines(directory.resolve("memory.events.local")), "oom") > 0;
    }

    /**
     * Before Linux 6.11 the kernel counts a refused fork in the cgroup of the process, not in the one whose limit was
     * reached. There the peak tells whether this limit was reached; without it (before 6.1) it is not certain.
     */
    private static boolean pidsLimitReached(Path directory, long peak, long limit) {
        long own = value(lines(directory.resolve("pids.events.local")), "max");
        return own >= 0 ? own > 0 : peak >= limit && value(lines(directory.resolve("pids.events")), "max") > 0;
    }

    /** The number after {@code key} in a flat keyed file; -1 if there is none. */
    static long value(List<String> lines, String key) {
        for (String line : lines) {
            if (line.startsWith(key) && line.startsWith(" ", key.length())) {
                return number(List.of(line.substring(key.length() + 1)));
            }
        }
        return -1;
    }

    private static long number(List<String> lines) {
        try {
            return lines.isEmpty() ? -1 : Long.parseLong(lines.getFirst().strip());
        } catch (NumberFormatException e) {
            return -1; // "max", or a later kernel's format
        }
    }

    private static List<String> lines(Path file) {
        try {
            return ProcFile.text(file).lines().toList();
        } catch (IOException e) {
            return List.of(); // this kernel lacks the file, or the controller is not enabled
        }
    }
}
