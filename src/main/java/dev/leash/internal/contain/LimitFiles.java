package dev.leash.internal.contain;

import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The files of a cgroup that limit it; see cgroup-v2.rst, "Controllers". */
final class LimitFiles {
    private LimitFiles() {}

    /**
     * Limits the cgroup {@code directory}, which has the controllers for it.
     *
     * @throws IOException with a message that names the file, or what cannot be had
     */
    static void write(Path directory, CgroupLimits limits) throws IOException {
        if (limits.memoryBytes() > 0) {
            write(directory.resolve("memory.max"), Long.toString(limits.memoryBytes()));
            forbidSwap(directory);
        }
        if (limits.pids() > 0) {
            write(directory.resolve("pids.max"), Long.toString(limits.pids()));
        }
        if (limits.cpuMicros() > 0) {
            write(directory.resolve("cpu.max"), limits.cpuMicros() + " 100000");
        }
        if (!limits.cpus().isEmpty()) {
            requireCpus(directory, limits.cpus());
            write(directory.resolve("cpuset.cpus"), limits.cpuList());
        }
        for (DeviceRate rate : limits.devices()) {
            try {
                write(directory.resolve("io.max"), rate.line());
            } catch (IOException e) {
                boolean isPartition = e.getCause() instanceof SystemCallException call && call.errno() == Errno.ENODEV;
                throw isPartition
                        ? new IOException(
                                e.getMessage() + "; " + rate.device()
                                        + " has to be a whole disk that is there, and no partition",
                                e)
                        : e;
            }
        }
    }

    /** Without this the kernel would swap out what exceeds the memory limit, until the machine's swap is full. */
    private static void forbidSwap(Path directory) throws IOException {
        Path swap = directory.resolve("memory.swap.max");
        if (Files.exists(swap)) { // absent if the kernel has no swap accounting
            write(swap, "0");
        }
    }

    /**
     * The kernel also takes processors that are off line or that the cgroup above does not have, and then gives others
     * instead. As long as nothing was set, a cgroup has those of the one above, whose name does not change.
     */
    private static void requireCpus(Path directory, Set<Integer> cpus) throws IOException {
        Path effective = directory.resolve("cpuset.cpus.effective");
        String had = Files.readString(effective, StandardCharsets.US_ASCII).strip();
        Set<Integer> missing = new TreeSet<>(cpus);
        missing.removeAll(cpus(had));
        if (!missing.isEmpty()) {
            throw new IOException("the processors " + missing.toString().replaceAll("[\\[\\] ]", "")
                    + " cannot be had: " + directory.resolveSibling(effective.getFileName()) + " has " + had);
        }
    }

    /** The numbers in a list of the kernel's, such as {@code 0-3,7}. */
    private static Set<Integer> cpus(String list) {
        Set<Integer> numbers = new TreeSet<>();
        for (String part : list.split(",", -1)) {
            if (!part.isEmpty()) {
                int dash = part.indexOf('-');
                int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
                int to = dash < 0 ? from : Integer.parseInt(part.substring(dash + 1));
                for (int number = from; number <= to; number++) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    private static void write(Path limit, String value) throws IOException {
        try {
            CgroupFile.write(limit, value);
        } catch (IOException e) {
            throw new IOException("cannot write " + value + " to " + limit + ": " + Cgroups.reason(e), e);
        }
    }
}
