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
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** One that is not opens the jar, which takes longer than all else. */
    @ParameterizedTest
    @ValueSource(
            strings = {"timeout 10 true", "run -- true", "run --json -- true", "doctor", "batch /dev/null", "--version"
            })
    void allOfOurClassesForACommandAreInIt(String line) throws Exception {
        Path made = EXECUTABLE.resolveSibling("leash.more.aot");
        Assumptions.assumeTrue(Files.exists(made), "the build has made no cache: leash finds no Java 25 or newer");
        Object home = Json.object(Leash.run("doctor", "--json").stdoutBytes()).get("javaHome");
        Path log = temp.resolve("log");
        Path java = Files.createDirectories(temp.resolve("jdk/bin")).resolve("java");
        Files.copy(Path.of(home.toString(), "release"), temp.resolve("jdk/release"));
        Files.writeString(java, """
                #!/bin/sh
                for argument; do
                    shift
                    [ "$argument" != -cp ] || set -- "$@" '-Xlog:class+load:file=LOG'
                    set -- "$@" "$argument"
                done
                exec HOME/bin/java "$@"
                """.replace("LOG", log.toString()).replace("HOME", home.toString()));
        assertTrue(java.toFile().setExecutable(true));
        Command command = Command.of(EXECUTABLE.toString())
                .args(line.split(" ", -1))
                .env("LEASH_JAVA_HOME", temp.resolve("jdk").toString());
        List<String> missing = List.of("not tried");
        // Now and then, as the scheduler wills, somebody has to be looked for at the end: the usual way is what counts.
        for (int round = 0; round < 20 && !missing.isEmpty(); round++) {
            Result result = Leash.run(command);
            assertEquals(0, Leash.status(result), result.stderr());
            List<String> loaded = Files.readAllLines(log);
            assertTrue(loaded.size() > 100, "it was logged");
            // Not "jrt:": which of the JDK's own classes for waiting are needed, the scheduler decides, too.
            missing = loaded.stream()
                    .filter(text -> text.contains(" source: file:"))
                    .toList();
        }
        assertEquals(List.of(), missing);
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
