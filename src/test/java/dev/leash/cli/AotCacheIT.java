package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Command;
import dev.leash.Result;
import java.nio.file.Files;
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

    private static void assertWorks(Path leash) throws Exception {
        Result result = Leash.run(Command.of(leash.toString(), "timeout", "30", "echo", "hello"));
        assertEquals("hello\n", Leash.out(result));
        assertEquals("", Leash.err(result));
        assertEquals(0, Leash.status(result));
    }
}
