package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where our own cgroup is, from the files of several machines. */
@Timeout(10)
class CgroupsTest {
    private static final String V1 = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu";

    private static Path own(String mount, String group) throws IOException {
        return Cgroups.own(List.of(V1, mount), List.of("3:cpuset:/x", group));
    }

    @Test
    void onePlaceForAll() throws IOException {
        assertEquals(
                Path.of("/sys/fs/cgroup/user.slice/app"),
                own("30 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw", "0::/user.slice/app"));
    }

    @Test
    void besideVersionOne() throws IOException {
        assertEquals(
                Path.of("/sys/fs/cgroup/unified"),
                own("41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw", "0::/"));
    }

    @Test
    void mountPointWithABlank() throws IOException {
        assertEquals(Path.of("/mnt/c groups/a"), own("41 31 0:38 / /mnt/c\\040groups rw - cgroup2 none rw", "0::/a"));
    }

    @Test
    void onlyAPartIsMounted() throws IOException {
        assertEquals(
                Path.of("/sys/fs/cgroup/b"),
                own("41 31 0:38 /docker/a /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "0::/docker/a/b"));
        assertThrows(
                IOException.class,
                () -> own("41 31 0:38 /docker/a /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "0::/docker/abc"));
    }

    @Test
    void whatIsMissingIsNamed() {
        IOException noMount = assertThrows(IOException.class, () -> Cgroups.own(List.of(V1), List.of("0::/a")));
        assertTrue(noMount.getMessage().contains("/proc/self/mountinfo"), noMount.getMessage());
        IOException noGroup = assertThrows(IOException.class, () -> Cgroups.own(List.of(), List.of("3:cpuset:/x")));
        assertTrue(noGroup.getMessage().contains("/proc/self/cgroup"), noGroup.getMessage());
    }
}
