package dev.leash.cli;

import dev.leash.Containment;
import dev.leash.internal.contain.Cgroups;
import dev.leash.internal.contain.Gate;
import dev.leash.internal.supervise.Engine;
import dev.leash.internal.sys.KernelFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code leash doctor} finds out about this machine, by trying.
 *
 * @param obstacle why Leash cannot run here at all, or null
 * @param strongest the strongest containment that is to be had
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
     * One thing that is there or not.
     *
     * @param meaning what it is good for
     * @param obstacle what is missing for it, or null if it is there
     */
    record Finding(String name, String meaning, @Nullable String obstacle) {}

    /** What is limited for the caller, and so for leash and what it starts. */
    record Resource(String name, String soft, String hard) {}

    /** Whether more could be had in a cgroup that is delegated to the caller. */
    boolean lacksDelegation() {
        return Stream.concat(containments.stream(), limits.stream()).anyMatch(finding -> finding.obstacle() != null);
    }

    static Diagnosis make() {
        String obstacle = whyNotAtAll();
        List<Finding> containments = new ArrayList<>();
        String cgroup = Containment.obstacle().orElse(null);
        containments.add(new Finding("group", "the process group of the program", obstacle));
        containments.add(new Finding("tree", "also what has left the group", obstacle));
        containments.add(new Finding("cgroup", "everything, whatever it does", obstacle == null ? cgroup : obstacle));
        return new Diagnosis(
                Version.leash(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                KernelFeatures.libcVersion(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                System.getProperty("java.home"),
                obstacle,
                findFeatures(),
                containments,
                List.of(limit("memory", cgroup), limit("pids", cgroup), limit("cpu", cgroup)),
                cgroup == null ? Containment.CGROUP : Containment.TREE,
                readResources());
    }

    private static @Nullable String whyNotAtAll() {
        try {
            KernelFeatures.requireMinimum();
            return null;
        } catch (UnsupportedOperationException e) {
            return e.getMessage();
        }
    }

    private static List<Finding> findFeatures() {
        return List.of(
                new Finding(
                        "signals to a group by pidfd",
                        "the end of a run needs no look into /proc",
                        KernelFeatures.PIDFD_GROUP_SIGNAL ? null : "needs Linux 6.9"),
                new Finding(
                        "close_range",
                        "a start does not get slower with the limit of open files",
                        KernelFeatures.closeRange() ? null : "needs Linux 5.9, and no filter of system calls"),
                new Finding("guardian", "children die with a JVM that is killed", guardian()),
                new Finding("gate", "limits and cgroups are in force before the program starts", gate()));
    }

    private static @Nullable String guardian() {
        try {
            Engine engine = new Engine("leash-doctor", true, 0);
            engine.shutdown();
            engine.awaitEnd();
            return null;
        } catch (IOException | UnsupportedOperationException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable String gate() {
        try {
            Gate.create().dismantle();
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Finding limit(String controller, @Nullable String cgroup) {
        return new Finding(
                "--" + controller,
                "a limit for all processes of a run together",
                cgroup == null ? Cgroups.obstacle(controller) : "needs a cgroup");
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
            // Without /proc there are other things to worry about.
        }
        return resources;
    }
}
