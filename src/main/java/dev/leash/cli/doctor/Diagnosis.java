package dev.leash.cli.doctor;

import dev.leash.Containment;
import dev.leash.cli.help.Version;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.contain.Cgroups;
import dev.leash.internal.sys.CallTrial;
import dev.leash.internal.sys.KernelFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code leash doctor} finds out about this machine by trying it.
 *
 * @param obstacle why Leash cannot run here at all, or null
 * @param strongest the strongest containment that works
 */
record Diagnosis(
        String leash,
        String kernel,
        String machine,
        @Nullable String libc,
        String jdk,
        String javaHome,
        @Nullable String obstacle,
        List<Finding> features,
        List<Finding> containments,
        List<Finding> limits,
        Containment strongest,
        List<Resource> resources) {
    /**
     * One feature, available or not.
     *
     * @param meaning what it is used for
     * @param obstacle what is missing, or null if it is available
     */
    record Finding(String name, String meaning, @Nullable String obstacle) {}

    /** A resource limit of the caller, and so of leash and of the programs that it starts. */
    record Resource(String name, String soft, String hard) {}

    /** Whether a cgroup that is delegated to the caller would add features. */
    boolean lacksDelegation() {
        return Stream.concat(containments.stream(), limits.stream()).anyMatch(finding -> finding.obstacle() != null);
    }

    /** Whether a seccomp filter keeps runs from working. */
    boolean isFiltered() {
        return obstacle != null && obstacle.contains("filter");
    }

    static Diagnosis make() {
        List<CallTrial> calls = CallTrial.all();
        String obstacle = whyNotAtAll(calls);
        List<Finding> containments = new ArrayList<>();
        String noRun = obstacle == null ? null : "no run works here, see below";
        String tree = noRun != null ? noRun : obstacle(calls, "pidfd_send_signal");
        String cgroup = noRun != null ? noRun : Containment.obstacle().orElse(null);
        containments.add(new Finding("group", "the process group of the program", noRun));
        containments.add(new Finding("tree", "also what has left the group", tree));
        containments.add(new Finding("cgroup", "everything, whatever it does", cgroup));
        return new Diagnosis(
                Version.leash(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                KernelFeatures.libcVersion(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                System.getProperty("java.home"),
                obstacle,
                findFeatures(calls, noRun),
                containments,
                List.of(
                        limit("memory", cgroup, "memory"),
                        limit("pids", cgroup, "pids"),
                        limit("cpu", cgroup, "cpu"),
                        limit("cpuset", cgroup, "cpuset"),
                        limit("device-read", cgroup, "io", "memory"),
                        limit("device-write", cgroup, "io", "memory")),
                cgroup == null ? Containment.CGROUP : tree == null ? Containment.TREE : Containment.GROUP,
                readResources());
    }

    private static @Nullable String whyNotAtAll(List<CallTrial> calls) {
        String refused = calls.stream()
                .filter(trial -> trial.needed() && trial.obstacle() != null)
                .map(CallTrial::obstacle)
                .collect(Collectors.joining("; "));
        if (!refused.isEmpty()) {
            return refused;
        }
        try {
            KernelFeatures.requireMinimum();
        } catch (UnsupportedOperationException e) {
            return e.getMessage();
        }
        return TrialRun.obstacle();
    }

    private static @Nullable String obstacle(List<CallTrial> calls, String call) {
        return calls.stream()
                .filter(trial -> trial.call().equals(call))
                .map(CallTrial::obstacle)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static List<Finding> findFeatures(List<CallTrial> calls, @Nullable String noRun) {
        List<Finding> features = new ArrayList<>();
        List<CallTrial> needed = calls.stream().filter(CallTrial::needed).toList();
        if (needed.stream().allMatch(trial -> trial.obstacle() == null)) {
            String names = needed.stream().map(CallTrial::call).collect(Collectors.joining(", "));
            features.add(new Finding("system calls", names, null));
        }
        for (CallTrial trial : needed) {
            if (trial.obstacle() != null) {
                features.add(new Finding(trial.call(), "every run needs it", trial.obstacle()));
            }
        }
        features.add(new Finding("signals by pidfd", "a tree can be held", obstacle(calls, "pidfd_send_signal")));
        features.add(new Finding(
                "signals to a group by pidfd",
                "the end of a run needs no look into /proc",
                KernelFeatures.PIDFD_GROUP_SIGNAL ? null : obstacle(calls, "pidfd_send_signal to a group")));
        features.add(new Finding(
                "close_range",
                "a start does not get slower with the limit of open files",
                obstacle(calls, "close_range")));
        features.add(new Finding("prlimit", "--nofile can be had", obstacle(calls, "prlimit")));
        features.add(
                new Finding("guardian", "children die with a JVM that is killed", noRun != null ? noRun : guardian()));
        features.add(new Finding(
                "gate",
                "limits and cgroups are in force before the program starts",
                CommandAccess.get().fifoObstacle()));
        return features;
    }

    private static @Nullable String guardian() {
        try {
            CommandAccess.get().supervisor(true, 0).close();
            return null;
        } catch (IOException | UnsupportedOperationException | OutOfMemoryError e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Finding limit(String option, @Nullable String cgroup, String... controllers) {
        return new Finding(
                "--" + option,
                option.equals("memory")
                        ? "a limit for all processes of a run together; a kill at it is told, not taken for any other"
                        : "a limit for all processes of a run together",
                cgroup == null ? Cgroups.obstacle(List.of(controllers)) : "needs a cgroup");
    }

    private static List<Resource> readResources() {
        List<Resource> resources = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                for (String name : List.of("Max open files", "Max processes")) {
                    if (line.startsWith(name)) {
                        String[] values = line.substring(name.length()).strip().split(" +", 3);
                        resources.add(new Resource(name.substring(4).toLowerCase(Locale.ROOT), values[0], values[1]));
                    }
                }
            }
        } catch (IOException e) {
            // Without /proc no limits are listed.
        }
        return resources;
    }
}
