package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With other files whose values the kernel checks. */
@Timeout(10)
class CgroupFileTest {
    private static final Path CHECKED = Path.of("/proc/self/oom_score_adj");

    @Test
    void whatIsWrittenIsThere(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("pids.max"));
        CgroupFile.write(file, "17");
        assertEquals("17", Files.readString(file, StandardCharsets.US_ASCII));
    }

    /** Whatever language the messages of the JDK are in. */
    @Test
    void refusedValueIsToldByItsErrno() {
        SystemCallException told = assertThrows(SystemCallException.class, () -> CgroupFile.write(CHECKED, "1000000"));
        assertEquals(Errno.EINVAL, told.errno());
        assertEquals("EINVAL, invalid argument", Cgroups.reason(told));
    }

    @Test
    void fileThatIsNotThereIsNotMade(@TempDir Path directory) {
        Path file = directory.resolve("pids.max");
        SystemCallException told = assertThrows(SystemCallException.class, () -> CgroupFile.write(file, "17"));
        assertEquals("ENOENT, no such file or directory", Cgroups.reason(told));
        assertFalse(Files.exists(file));
    }
}
