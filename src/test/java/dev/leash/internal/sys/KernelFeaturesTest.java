package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Jvm;
import dev.leash.forked.Nice;
import dev.leash.support.Skip;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where Leash cannot run it says so in one sentence. */
@Timeout(120)
class KernelFeaturesTest {
    @TempDir
    Path directory;

    /** As the bindings do for a function that the libc lacks. */
    private static final class Missing {
        static final MemorySegment ADDRESS = find();

        private static MemorySegment find() {
            throw new UnsatisfiedLinkError("unresolved symbol: none");
        }
    }

    @Test
    void aLibcWithoutWhatIsNeededIsNamedAtEachAttempt() {
        for (int attempt = 1; attempt <= 3; attempt++) {
            UnsupportedOperationException e = assertThrows(
                    UnsupportedOperationException.class, () -> KernelFeatures.requireLibc(() -> Missing.ADDRESS));
            assertEquals(
                    "Leash needs glibc 2.29 or newer, or musl 1.1.24 or newer (posix_spawn_file_actions_addchdir_np)",
                    e.getMessage(),
                    "attempt " + attempt);
        }
    }

    @Test
    void whereNeitherLibcNorKernelKeepsDescriptorsFromAChildBothAreNamed() {
        assertDoesNotThrow(() -> KernelFeatures.requireCleanStart(0));
        UnsupportedOperationException refused =
                assertThrows(UnsupportedOperationException.class, () -> KernelFeatures.requireCleanStart(-Errno.EPERM));
        assertEquals(
                "close_range with CLOSE_RANGE_CLOEXEC is refused with EPERM by a filter of system calls, since this"
                        + " Linux has it; without it Leash needs glibc 2.34 or newer"
                        + " (posix_spawn_file_actions_addclosefrom_np). " + Refusal.REMEDY,
                refused.getMessage());
    }

    /** As on Linux 5.10, which has the call and not the flag. */
    @Test
    void anOlderKernelIsNamedWithWhatItLacks() {
        String version = System.getProperty("os.version");
        System.setProperty("os.version", "5.10.0-8-amd64");
        try {
            UnsupportedOperationException old = assertThrows(
                    UnsupportedOperationException.class, () -> KernelFeatures.requireCleanStart(-Errno.EINVAL));
            assertEquals(
                    "close_range with CLOSE_RANGE_CLOEXEC needs Linux 5.11 or newer, and this is 5.10.0-8-amd64;"
                            + " without it Leash needs glibc 2.34 or newer"
                            + " (posix_spawn_file_actions_addclosefrom_np)",
                    old.getMessage());
        } finally {
            System.setProperty("os.version", version);
        }
    }

    @Test
    void anotherNamespacesProcIsNoProc() throws Exception {
        assertSays(
                Jvm.of(directory, Nice.class).by("unshare", "--user", "--map-root-user", "--pid", "--fork"),
                "/proc shows another pid namespace, in which this process is ");
    }

    @Test
    void withoutProcTheSentenceNamesIt() throws Exception {
        assertSays(
                Jvm.of(directory, Nice.class)
                        .by("unshare", "--user", "--map-root-user", "--mount")
                        .after("mount -t tmpfs none /proc")
                        // Which the loader finds by /proc/self/exe otherwise.
                        .env("LD_LIBRARY_PATH", System.getProperty("java.home") + "/lib"),
                "Leash needs /proc, which is not mounted here");
    }

    private static void assertSays(Jvm jvm, String sentence) throws Exception {
        Jvm.Ended ended = jvm.run();
        if (ended.err().contains("unshare:") || ended.err().contains("mount:")) {
            Skip.because("no namespaces of its own here: " + ended.err());
        }
        assertTrue(ended.err().contains("UnsupportedOperationException: " + sentence), ended::toString);
    }
}
