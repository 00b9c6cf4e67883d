package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.support.Eventually;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cache of classes beside the command makes it faster, and changes nothing else, whatever is in it. */
@Timeout(120)
class AotCacheIT {
    private static final Path EXECUTABLE =
            Path.of(System.getProperty("leash.executable", "target/leash")).toAbsolutePath();

    @TempDir
    Path temp;

    @Test
    void oneThatDoesNotFitIsNotMentioned() throws Exception {
        Path copy = Files.copy(EXECUTABLE, temp.resolve("leash"), StandardCopyOption.COPY_ATTRIBUTES);
        Path cache = temp.resolve("leash.aot");

        Files.writeString(cache, "not a cache");
        assertWorks(copy);

        Files.writeString(cache, "");
        assertWorks(copy);

        Path made = EXECUTABLE.resolveSibling("leash.aot");
        if (Files.exists(made)) {
            Files.copy(made, cache, StandardCopyOption.REPLACE_EXISTING);
            assertWorks(copy);
            Files.setLastModifiedTime(copy, FileTime.fromMillis(0));
            assertWorks(copy);
        } else {
            System.out.println("AotCacheIT: the build has made none: leash finds no Java 25 or newer");
        }
    }

    /** The classes that it needs at the end are not all in the cache, and not loaded when it begins. */
    @Test
    void itsFileMayBeRemovedWhileItRuns() throws Exception {
        Path copy = Files.copy(EXECUTABLE, temp.resolve("leash"), StandardCopyOption.COPY_ATTRIBUTES);
        Path made = EXECUTABLE.resolveSibling("leash.aot");
        if (Files.exists(made)) {
            Files.copy(made, temp.resolve("leash.aot"), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Child leash = Leash.start(Command.of(copy.toString(), "timeout", "-v", "60", "sleep", "60"));
        Path descriptors = Path.of("/proc/" + leash.pid() + "/fd");
        Eventually.eventually("it has opened its file", () -> isOpen(copy, descriptors));
        Files.delete(copy);
        Leash.signal(leash, Signal.ALRM); // the time is up
        Result result = leash.await();
        assertEquals(124, Leash.status(result));
        assertTrue(Leash.err(result).startsWith("timeout: sending signal TERM to command "), Leash.err(result));
    }

    private static boolean isOpen(Path file, Path descriptors) throws IOException {
        // Not in the shell, which reads it too, but when that has become a JVM.
        if (!Files.readString(descriptors.resolveSibling("comm")).strip().equals("java")) {
            return false;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                try {
                    if (Files.readSymbolicLink(descriptor).equals(file)) {
                        return true;
                    }
                } catch (NoSuchFileException e) {
                    // Closed in the meantime.
                }
            }
        }
        return false;
    }

    private static void assertWorks(Path leash) throws Exception {
        Result result = Leash.run(Command.of(leash.toString(), "timeout", "30", "echo", "hello"));
        assertEquals("hello\n", Leash.out(result));
        assertEquals("", Leash.err(result));
        assertEquals(0, Leash.status(result));
    }
}
