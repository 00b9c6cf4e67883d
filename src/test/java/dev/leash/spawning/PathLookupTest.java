package dev.leash.spawning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which file a program's name means: as execvp(3) in the child. */
@Timeout(60)
class PathLookupTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final String NAME = "leash-test-prog";

    @TempDir
    Path temp;

    private Path dir1;
    private Path dir2;
    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
        dir1 = Files.createDirectories(temp.resolve("dir1"));
        dir2 = Files.createDirectories(temp.resolve("dir2"));
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void thePathOfTheChildCountsNotThatOfTheJvm() throws Exception {
        program(dir1, "one");
        assertEquals("one\n", run(Command.of(NAME).env("PATH", dir1.toString())));
        assertEquals(Kind.NOT_FOUND, failure(Command.of(NAME)).kind());
        assertEquals(
                Kind.NOT_FOUND,
                failure(Command.of("ls").env("PATH", dir1.toString())).kind());
    }

    @Test
    void theFirstFolderThatHasItWins() throws Exception {
        program(dir1, "one");
        program(dir2, "two");
        assertEquals("one\n", run(Command.of(NAME).env("PATH", dir1 + ":" + dir2)));
        assertEquals("two\n", run(Command.of(NAME).env("PATH", dir2 + ":" + dir1)));
        assertEquals("two\n", run(Command.of(NAME).env("PATH", "/nowhere:" + dir2 + ":" + dir1)));
    }

    @Test
    void theLastPathThatIsSetCounts() throws Exception {
        program(dir1, "one");
        assertEquals("one\n", run(Command.of(NAME).env("PATH", "/nowhere").env("PATH", dir1.toString())));
        assertEquals("one\n", run(Command.of(NAME).unsetEnv("PATH").clearEnv().env("PATH", dir1.toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ":/nowhere", "/nowhere:", "/nowhere::/usr/bin", ".:/usr/bin", "/usr/bin:."})
    void anEmptyElementAndADotMeanTheChildsDirectory(String path) throws Exception {
        program(dir1, "one");
        assertEquals("one\n", run(Command.of(NAME).env("PATH", path).directory(dir1)));
        assertEquals(
                Kind.NOT_FOUND,
                failure(Command.of(NAME).env("PATH", path).directory(dir2)).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "./sub", "sub/", "../dir1/sub", "/nowhere:sub"})
    void aRelativeElementCountsFromTheChildsDirectory(String path) throws Exception {
        program(Files.createDirectory(dir1.resolve("sub")), "sub");
        assertEquals("sub\n", run(Command.of(NAME).env("PATH", path).directory(dir1)));
    }

    @Test
    void aRelativeElementCountsFromTheJvmsDirectoryWhereNoneIsSet() throws Exception {
        program(dir1, "one");
        Path here = Path.of("").toAbsolutePath();
        assertEquals(
                "one\n", run(Command.of(NAME).env("PATH", here.relativize(dir1).toString())));
    }

    @Test
    void aNameWithASlashIsNeverLookedUp() throws Exception {
        program(Files.createDirectory(dir1.resolve("sub")), "sub");
        SpawnException e =
                failure(Command.of("sub/" + NAME).env("PATH", dir1.toString()).directory(dir2));
        assertEquals(Kind.NOT_FOUND, e.kind());
        assertEquals("sub/" + NAME, e.path());
        assertEquals(
                "sub\n", run(Command.of("sub/" + NAME).env("PATH", "/nowhere").directory(dir1)));
        assertEquals("sub\n", run(Command.of("./sub/" + NAME).clearEnv().directory(dir1)));
    }

    @Test
    void aRelativeProgramIsResolvedInTheNewDirectoryAndTheJvmStaysWhereItIs() throws Exception {
        program(dir1, "one");
        program(dir2, "two");
        String before = System.getProperty("user.dir");
        Path kernels = Path.of("/proc/self/cwd").toRealPath();
        assertEquals("one\n", run(Command.of("./" + NAME).directory(dir1)));
        assertEquals("two\n", run(Command.of("../dir2/" + NAME).directory(dir1)));
        assertEquals(before, System.getProperty("user.dir"));
        assertEquals(kernels, Path.of("/proc/self/cwd").toRealPath());
    }

    @Test
    void withoutAPathTheDefaultOneIsUsed() throws Exception {
        assertEquals("x\n", run(Command.of("echo", "x").clearEnv()));
        assertEquals("x\n", run(Command.of("echo", "x").unsetEnv("PATH")));
        SpawnException e = failure(Command.of(NAME).clearEnv());
        assertTrue(e.getMessage().contains("which is /bin:/usr/bin"), e.getMessage());
    }

    @Test
    void whatOnlyBeginsWithPathIsNoPath() throws Exception {
        program(dir1, "one");
        Command command =
                Command.of(NAME).clearEnv().env("PATHS", dir1.toString()).env("PAT", dir1.toString());
        assertEquals(Kind.NOT_FOUND, failure(command).kind());
    }

    @Test
    void aFirstHitThatCannotBeExecutedIsPassedOver() throws Exception {
        Files.setPosixFilePermissions(program(dir1, "one"), PosixFilePermissions.fromString("rw-r--r--"));
        program(dir2, "two");
        assertEquals("two\n", run(Command.of(NAME).env("PATH", dir1 + ":" + dir2)));
    }

    @Test
    void aFolderOfThatNameIsPassedOver() throws Exception {
        Files.createDirectory(dir1.resolve(NAME));
        program(dir2, "two");
        assertEquals("two\n", run(Command.of(NAME).env("PATH", dir1 + ":" + dir2)));
    }

    @Test
    void aScriptWithoutItsInterpreterIsPassedOver() throws Exception {
        Files.writeString(program(dir1, "one"), "#!/no/such/interpreter\n");
        program(dir2, "two");
        assertEquals("two\n", run(Command.of(NAME).env("PATH", dir1 + ":" + dir2)));
    }

    @Test
    void whereNoHitCanBeExecutedThatIsTheError() throws Exception {
        Files.setPosixFilePermissions(program(dir1, "one"), PosixFilePermissions.fromString("rw-r--r--"));
        for (String path : new String[] {dir1.toString(), dir1 + ":/nowhere", "/nowhere:" + dir1 + ":" + dir2}) {
            SpawnException e = failure(Command.of(NAME).env("PATH", path));
            assertEquals(Kind.NOT_EXECUTABLE, e.kind(), path);
            assertEquals("EACCES", e.errnoName(), path);
            assertEquals(dir1.resolve(NAME).toString(), e.path(), path);
        }
    }

    @Test
    void whereTheOnlyHitIsAFolderThatIsTheError() throws Exception {
        Files.createDirectory(dir1.resolve(NAME));
        SpawnException e = failure(Command.of(NAME).env("PATH", dir1.toString()));
        assertEquals(Kind.IS_DIRECTORY, e.kind());
        assertEquals(dir1.resolve(NAME).toString(), e.path());
    }

    @Test
    void aScriptIsGivenThePathWhereItWasFound() throws Exception {
        Path prog = dir1.resolve("prog");
        Files.writeString(prog, "#!/bin/echo hello");
        Files.setPosixFilePermissions(prog, PosixFilePermissions.fromString("rwxr-xr-x"));
        Command command = Command.of("prog", "world").directory(temp);
        assertEquals("hello dir1/prog world\n", run(command.env("PATH", "dir1")));
        assertEquals("hello " + prog + " world\n", run(command.env("PATH", dir1.toString())));
        assertEquals("hello ./prog world\n", run(command.env("PATH", "").directory(dir1)));
    }

    @Test
    void theProgramSeesTheNameThatItWasCalledBy() throws Exception {
        String line = supervisor.run(Command.of("cat", "/proc/self/cmdline")).stdout();
        assertEquals("cat\0/proc/self/cmdline\0", line);
    }

    /** A thousand folders: no name is too long for where it is put, and none is lost. */
    @Test
    void aVeryLongPathIsSearchedToItsEnd() throws Exception {
        program(dir2, "two");
        assertEquals("two\n", run(Command.of(NAME).env("PATH", (dir1 + ":").repeat(1_000) + dir2)));
    }

    private Path program(Path directory, String prints) throws IOException {
        Path program = Files.writeString(directory.resolve(NAME), "#!/bin/sh\necho " + prints + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String run(Command command) throws Exception {
        return supervisor.run(command).orThrow().stdout();
    }

    private SpawnException failure(Command command) {
        return assertThrows(SpawnException.class, () -> supervisor.start(command));
    }
}
