package dev.leash.internal.contain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The limits of a run's cgroup; 0 and empty for no limit. Immutable.
 *
 * @param cpuMicros CPU time in each period of 100 ms
 * @param cpus the numbers of the processors that may be used
 */
public record CgroupLimits(long memoryBytes, long pids, long cpuMicros, Set<Integer> cpus, List<DeviceRate> devices) {
    public static final CgroupLimits NONE = new CgroupLimits(0, 0, 0);

    /** No limits of processors or devices. */
    public CgroupLimits(long memoryBytes, long pids, long cpuMicros) {
        this(memoryBytes, pids, cpuMicros, Set.of(), List.of());
    }

    public CgroupLimits withMemoryBytes(long bytes) {
        return new CgroupLimits(bytes, pids, cpuMicros, cpus, devices);
    }

    public CgroupLimits withPids(long count) {
        return new CgroupLimits(memoryBytes, count, cpuMicros, cpus, devices);
    }

    public CgroupLimits withCpuMicros(long micros) {
        return new CgroupLimits(memoryBytes, pids, micros, cpus, devices);
    }

    public CgroupLimits withCpus(Set<Integer> numbers) {
        return new CgroupLimits(memoryBytes, pids, cpuMicros, Set.copyOf(numbers), devices);
    }

    /** Of what was set for this device before, a value that is 0 here stays. */
    public CgroupLimits withDevice(Path device, long readBytes, long writeBytes) {
        List<DeviceRate> changed = new ArrayList<>(devices);
        DeviceRate before = new DeviceRate(device, 0, 0);
        for (DeviceRate each : devices) {
            if (each.device().equals(device)) {
                before = each;
                changed.remove(each);
            }
        }
        changed.add(new DeviceRate(
                device,
                readBytes > 0 ? readBytes : before.readBytes(),
                writeBytes > 0 ? writeBytes : before.writeBytes()));
        return new CgroupLimits(memoryBytes, pids, cpuMicros, cpus, List.copyOf(changed));
    }

    /** The numbers of the processors in the kernel's form, in order. */
    String cpuList() {
        return new TreeSet<>(cpus).stream().map(String::valueOf).collect(Collectors.joining(","));
    }

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
        if (!cpus.isEmpty()) {
            needed.add("cpuset");
        }
        if (!devices.isEmpty()) {
            needed.add("io");
            if (memoryBytes == 0) {
                // Without it the kernel writes back what was written to files as if the root cgroup had written it.
                needed.add("memory");
            }
        }
        return needed;
    }

    /** Whether nothing is limited. */
    public boolean isNone() {
        // Not equals(): the JVM generates a record's equals() at its first call, which would cost time at each start
        // of the command.
        return memoryBytes == 0 && pids == 0 && cpuMicros == 0 && cpus.isEmpty() && devices.isEmpty();
    }
}
