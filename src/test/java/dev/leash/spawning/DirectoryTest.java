package dev.leash.spawning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.Command;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the child starts, as {@code readlink /proc/self/cwd} sees it. */
@Timeout(60)
class DirectoryTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final Command WHERE = Command.of("readlink", "-n", "/proc/self/cwd");

    @TempDir
    Path temp;

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
        temp = temp.toRealPath();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void withoutOneTheChildStartsWhereTheJvmIs() throws Exception {
        assertEquals(Path.of("/proc/self/cwd").toRealPath().toString(), seen(WHERE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "with space", "ä€😀", "100%", "a#b?c", "a%41b", "new\nline", "-n", "'\"\\", "a:b", "~"})
    void theDirectoryMayHaveAnyName(String name) throws Exception {
        Path directory = Files.createDirectory(temp.resolve(name));
        assertEquals(directory.toString(), seen(WHERE.directory(directory)));
        assertEquals(
                directory.toString(), seen(WHERE.directory(directory.toString().getBytes(UTF_8))));
        Files.delete(directory);
    }

    @Test
    void theDirectoryMayHaveANameThatIsNoText() throws Exception {
        byte[] name = {'d', (byte) 0xff, (byte) 0xe4, '\n'};
        supervisor.run(Command.of("mkdir").arg(name).directory(temp)).orThrow();
        try (var entries = Files.newDirectoryStream(temp)) {
            Path directory = entries.iterator().next();
            byte[] seen = supervisor.run(WHERE.directory(directory)).orThrow().stdoutBytes();
            assertArrayEquals(name, Arrays.copyOfRange(seen, seen.length - name.length, seen.length));
            Files.delete(directory);
        }
    }

    @Test
    void aRelativeDirectoryCountsFromThatOfTheJvm() throws Exception {
        Path here = Path.of("").toRealPath();
        assertEquals(temp.toString(), seen(WHERE.directory(here.relativize(temp))));
        assertEquals(
                temp.toString(),
                seen(WHERE.directory(here.relativize(temp).toString().getBytes(UTF_8))));
        assertEquals(here.toString(), seen(WHERE.directory(Path.of(""))));
        assertEquals(here.toString(), seen(WHERE.directory(Path.of("."))));
        assertEquals("/", seen(WHERE.directory(Path.of("/"))));
    }

    @Test
    void aLinkIsFollowed() throws Exception {
        Path directory = Files.createDirectory(temp.resolve("directory"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("directory"));
        assertEquals(directory.toString(), seen(WHERE.directory(link)));
    }

    @Test
    void theLastDirectoryThatIsSetCounts() throws Exception {
        assertEquals("/usr", seen(WHERE.directory(Path.of("/no-such-directory")).directory(Path.of("/usr"))));
    }

    @Test
    void theJvmStaysWhereItIs() throws Exception {
        Path before = Path.of("/proc/self/cwd").toRealPath();
        String property = System.getProperty("user.dir");
        seen(WHERE.directory(temp));
        assertEquals(before, Path.of("/proc/self/cwd").toRealPath());
        assertEquals(property, System.getProperty("user.dir"));
    }

    @Test
    void aPathInsideAnArchiveIsRefused() throws Exception {
        URI zip = URI.create("jar:" + temp.resolve("a.zip").toUri());
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            assertThrows(IllegalArgumentException.class, () -> WHERE.directory(archive.getPath("/")));
        }
    }

    private String seen(Command command) throws Exception {
        return supervisor.run(command).orThrow().stdout();
    }
}
