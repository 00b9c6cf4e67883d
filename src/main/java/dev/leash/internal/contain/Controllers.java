package dev.leash.internal.contain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The controllers of a cgroup, and which of them those below it have; see cgroups(7). */
final class Controllers {
    private static final String ENABLED = "cgroup.subtree_control";

    private Controllers() {}

    /** Those of {@code wanted} whose files the cgroups below {@code cgroup} do not have. */
    static List<String> missing(Path cgroup, List<String> wanted) throws IOException {
        List<String> enabled = words(cgroup.resolve(ENABLED));
        return wanted.stream()
                .filter(controller -> !enabled.contains(controller))
                .toList();
    }

    /** @throws IOException that names the one that {@code cgroup} does not have itself */
    static void requireAvailable(Path cgroup, List<String> wanted) throws IOException {
        Path available = cgroup.resolve("cgroup.controllers");
        List<String> words = words(available);
        for (String controller : wanted) {
            if (!words.contains(controller)) {
                throw new IOException("the controller " + controller + " is not in " + available
                        + ": it is not delegated to this cgroup, or in use by version 1");
            }
        }
    }

    /** Whether this process may enable them, and make cgroups that it may fill. */
    static boolean canBeGiven(Path cgroup, List<String> wanted) {
        try {
            List<String> missing = missing(cgroup, wanted);
            requireAvailable(cgroup, missing);
            return Files.isWritable(cgroup)
                    && Files.isWritable(cgroup.resolve("cgroup.procs"))
                    && (missing.isEmpty() || Files.isWritable(cgroup.resolve(ENABLED)));
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes their files appear in the cgroups below {@code cgroup}. */
    static void enable(Path cgroup, List<String> wanted) throws IOException {
        for (String controller : missing(cgroup, wanted)) {
            Path enabled = cgroup.resolve(ENABLED);
            try {
                CgroupFile.write(enabled, "+" + controller);
            } catch (IOException e) {
                throw new IOException(
                        "cannot enable the controller " + controller + " in " + enabled + ": " + Cgroups.reason(e), e);
            }
        }
    }

    private static List<String> words(Path file) throws IOException {
        return List.of(Files.readString(file, StandardCharsets.US_ASCII).strip().split(" ", -1));
    }
}
