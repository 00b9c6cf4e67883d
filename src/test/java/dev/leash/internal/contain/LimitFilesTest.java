package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is written to the files of a cgroup; the folder here is a common one, so that no controller is needed. */
@Timeout(10)
class LimitFilesTest {
    @TempDir
    Path cgroup;

    @BeforeEach
    void make() throws IOException {
        for (String file : List.of("pids.max", "cpuset.cpus", "memory.max", "cpu.max")) {
            Files.createFile(cgroup.resolve(file));
        }
    }

    private String written(String file) throws IOException {
        return Files.readString(cgroup.resolve(file));
    }

    @Test
    void eachLimitIsInItsFileAndNothingElseIs() throws IOException {
        Files.writeString(cgroup.resolve("cpuset.cpus.effective"), "0-3,7\n");
        LimitFiles.write(cgroup, CgroupLimits.NONE.withPids(9).withCpus(Set.of(7, 3, 0)));
        assertEquals("9", written("pids.max"));
        assertEquals("0,3,7", written("cpuset.cpus"));
        assertEquals("", written("memory.max"));
        LimitFiles.write(cgroup, new CgroupLimits(4096, 0, 50_000));
        assertEquals("4096", written("memory.max"));
        assertEquals("50000 100000", written("cpu.max"));
    }

    @Test
    void processorsThatCannotBeHadAreNamedAndNoOthersAreGivenInstead() throws IOException {
        Files.writeString(cgroup.resolve("cpuset.cpus.effective"), "0-1\n");
        IOException refused = assertThrows(
                IOException.class, () -> LimitFiles.write(cgroup, CgroupLimits.NONE.withCpus(Set.of(6, 1, 3))));
        assertEquals(
                "the processors 3,6 cannot be had: " + cgroup.resolveSibling("cpuset.cpus.effective") + " has 0-1",
                refused.getMessage());
        assertEquals("", written("cpuset.cpus"));
    }

    @Test
    void whatIsNoDiskIsRefusedWithItsName() {
        Path file = cgroup.resolve("nothing-here");
        CgroupLimits missing = CgroupLimits.NONE.withDevice(file, 1, 0);
        IOException refused = assertThrows(IOException.class, () -> LimitFiles.write(cgroup, missing));
        assertEquals("cannot find the disk " + file + ": ENOENT, no such file or directory", refused.getMessage());
        for (String other : List.of("/dev/null", "/tmp")) {
            CgroupLimits wrong = CgroupLimits.NONE.withDevice(Path.of(other), 0, 1);
            IOException said = assertThrows(IOException.class, () -> LimitFiles.write(cgroup, wrong));
            assertTrue(said.getMessage().startsWith(other + " is no block device"), said::getMessage);
        }
    }

    @Test
    void diskIsNamedByItsNumbersAsMakedevPacksThem() {
        Path disk = Path.of("/dev/sda");
        assertEquals("8:0 rbps=10", new DeviceRate(disk, 10, 0).line(0x800));
        assertEquals("8:16 rbps=10 wbps=20", new DeviceRate(disk, 10, 20).line(0x810));
        assertEquals("259:3 wbps=20", new DeviceRate(disk, 0, 20).line(0x10303L));
        // Twelve bits of the major number are low ones, and eight of the minor one.
        assertEquals("4097:257", new DeviceRate(disk, 0, 0).line(0x100000100101L));
    }

    @Test
    void bothDirectionsOfADiskAreOneLine() {
        Path disk = Path.of("/dev/sda");
        CgroupLimits limits = CgroupLimits.NONE.withDevice(disk, 10, 0).withDevice(Path.of("/dev/sdb"), 1, 0);
        assertEquals(
                List.of(new DeviceRate(Path.of("/dev/sdb"), 1, 0), new DeviceRate(disk, 10, 20)),
                limits.withDevice(disk, 0, 20).devices());
        assertEquals(
                new DeviceRate(disk, 11, 0),
                limits.withDevice(disk, 11, 0).devices().getLast());
    }

    @Test
    void controllersAreThoseThatTheLimitsNeed() {
        assertEquals(List.of(), CgroupLimits.NONE.controllers());
        assertEquals(List.of("cpuset"), CgroupLimits.NONE.withCpus(Set.of(0)).controllers());
        // Without memory the kernel does not know whose what is written back is.
        CgroupLimits disk = CgroupLimits.NONE.withDevice(Path.of("/dev/sda"), 1, 0);
        assertEquals(List.of("io", "memory"), disk.controllers());
        assertEquals(List.of("memory", "io"), disk.withMemoryBytes(1).controllers());
    }
}
