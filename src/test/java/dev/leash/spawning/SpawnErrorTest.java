package dev.leash.spawning;

import static dev.leash.support.SpawnErrors.assertError;
import static dev.leash.support.SpawnErrors.file;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.Patience;
import dev.leash.support.Skip;
import dev.leash.support.SpawnErrors;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** G10: a start that fails says at once what failed and why, and leaves nothing. */
@Timeout(60)
class SpawnErrorTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @TempDir
    Path temp;

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    // ---- The program.

    @Test
    void aPathThatIsNotThereIsNotFound() {
        SpawnException e = failure(Command.of("/no-exist", "x"));
        assertError(e, Kind.NOT_FOUND, "ENOENT", "/no-exist");
        assertEquals("could not start /no-exist: no such program (ENOENT)", e.getMessage());
        assertEquals(2, e.errno());
    }

    @Test
    void aNameThatIsInNoFolderOfThePathIsNotFoundAndThePathIsTold() {
        SpawnException e = failure(Command.of("no-such-program").env("PATH", "/usr/bin:/nowhere:"));
        assertError(e, Kind.NOT_FOUND, "ENOENT", "no-such-program");
        assertEquals(
                "could not start no-such-program: no such program in the child's PATH, which is /usr/bin:/nowhere:"
                        + " (ENOENT)",
                e.getMessage());
    }

    @Test
    void aFileAmongTheFoldersOfThePathIsPassedOver() {
        SpawnException e = failure(Command.of("no-such-program").env("PATH", "/etc/passwd:/usr/bin"));
        assertError(e, Kind.NOT_FOUND, "ENOENT", "no-such-program");
        assertTrue(e.getMessage().contains("which is /etc/passwd:/usr/bin"), e.getMessage());
    }

    @Test
    void anEmptyNameIsNotFound() {
        SpawnException e = failure(Command.of("", "x"));
        assertError(e, Kind.NOT_FOUND, "ENOENT", "");
        assertEquals("could not start \"\": the program's name is empty (ENOENT)", e.getMessage());
    }

    @Test
    void aFileBelowAFileIsNotFound() {
        SpawnException e = failure(Command.of("/etc/passwd/x"));
        assertError(e, Kind.NOT_FOUND, "ENOTDIR", "/etc/passwd/x");
    }

    @Test
    void aLinkToNothingIsNotFound() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("nothing"));
        assertError(failure(Command.of(link.toString())), Kind.NOT_FOUND, "ENOENT", link.toString());
    }

    @Test
    void aCircleOfLinksIsToldAsSuch() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("link"));
        SpawnException e = failure(Command.of(link.toString()));
        assertError(e, Kind.OTHER, "ELOOP", link.toString());
        assertTrue(e.getMessage().contains("Too many levels of symbolic links"), e.getMessage());
    }

    @Test
    void aNameThatIsTooLongIsToldAsSuch() {
        String program = "/" + "x".repeat(300);
        assertError(failure(Command.of(program)), Kind.OTHER, "ENAMETOOLONG", program);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "r--r--r--", "---------"})
    void aFileWithoutTheXBitIsNotExecutable(String permissions) throws Exception {
        Path program = file(temp, "program", "#!/bin/sh\n", permissions);
        SpawnException e = failure(Command.of(program.toString()));
        assertError(e, Kind.NOT_EXECUTABLE, "EACCES", program.toString());
        assertTrue(e.getMessage().contains("no permission to execute it"), e.getMessage());
    }

    /** execvp(3) would have the shell read it: "Syntax error", or whatever it takes for commands. */
    @Test
    void binaryOfAnotherMachineIsNotGivenToTheShell() throws Exception {
        byte[] binary = Files.readAllBytes(Path.of("/bin/true"));
        binary[18] = (byte) 0xf3; // e_machine, see elf(5): none of those that Leash runs on
        binary[19] = 0;
        assertIsNoProgram(binary);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "echo \0 here\n", "MZ\220\0\3\0\nexit 0\n"})
    void fileWithANulInItsFirstLineIsNotGivenToTheShell(String content) throws Exception {
        assertIsNoProgram(content.getBytes(ISO_8859_1));
    }

    private void assertIsNoProgram(byte[] content) throws Exception {
        Path program = file(temp, "program", "", "rwxr-xr-x");
        Files.write(program, content);
        SpawnException e = failure(Command.of(program.toString()));
        assertError(e, Kind.NOT_EXECUTABLE, "ENOEXEC", program.toString());
        assertTrue(e.getMessage().contains("neither a binary for this machine nor a script"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 7", "exit 7\n\0\0", "#\303\244\nexit 7\n"})
    void textWithoutAnInterpreterIsGivenToTheShell(String content) throws Exception {
        Path program = file(temp, "program", "", "rwxr-xr-x");
        Files.write(program, content.getBytes(ISO_8859_1));
        assertEquals(
                new ExitStatus.Exited(7),
                supervisor.run(Command.of(program.toString())).status());
    }

    @Test
    void aDirectoryIsNoProgram() {
        SpawnException e = failure(Command.of("/usr"));
        assertError(e, Kind.IS_DIRECTORY, "EACCES", "/usr");
        assertTrue(e.getMessage().contains("it is a directory"), e.getMessage());
    }

    @Test
    void aFileThatIsOpenForWritingIsNotExecutable() throws Exception {
        Path program = Files.copy(Path.of("/bin/true"), temp.resolve("program"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (FileChannel writer = FileChannel.open(program, StandardOpenOption.WRITE)) {
            assertTrue(writer.isOpen());
            if (kernelExecutes(program)) {
                Skip.because("this kernel executes files that are open for writing");
            }
            SpawnException e = failure(Command.of(program.toString()));
            assertError(e, Kind.NOT_EXECUTABLE, "ETXTBSY", program.toString());
            assertTrue(e.getMessage().contains("open for writing"), e.getMessage());
        }
        assertTrue(supervisor.run(Command.of(program.toString())).succeeded());
    }

    /** A child of another start has the file open until it executes its own program, whoever closed it here. */
    @Test
    void aProgramThatWasJustWrittenIsStartedWhateverElseIsBeingStarted() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                Path program = temp.resolve("written-" + thread);
                all.add(threads.submit(() -> {
                    for (int round = 0; round < 150; round++) {
                        Files.write(program, List.of("#!/bin/sh", "exit 0"));
                        assertTrue(program.toFile().setExecutable(true));
                        assertTrue(
                                supervisor.run(Command.of(program.toString())).succeeded());
                        Files.delete(program);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** Asked of a shell, which has not the file open itself: it would say 126. */
    private static boolean kernelExecutes(Path program) throws Exception {
        Process shell = new ProcessBuilder("/bin/sh", "-c", "\"$0\" 2>/dev/null", program.toString()).start();
        assertTrue(shell.waitFor(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS));
        shell.getInputStream().close();
        shell.getErrorStream().close();
        shell.getOutputStream().close();
        return shell.exitValue() == 0;
    }

    // ---- The directory.

    @Test
    void aDirectoryThatIsMissingIsNotAProgramThatIsMissing() {
        Path missing = temp.resolve("missing");
        SpawnException e = failure(Command.of("true").directory(missing));
        assertError(e, Kind.DIRECTORY, "ENOENT", missing.toString());
        assertEquals("cannot start in directory " + missing + ": No such file or directory (ENOENT)", e.getMessage());
        assertError(failure(Command.of("/bin/true").directory(missing)), Kind.DIRECTORY, "ENOENT", missing.toString());
        assertError(failure(Command.of("./true").directory(missing)), Kind.DIRECTORY, "ENOENT", missing.toString());
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        for (String program : List.of("true", "/bin/true", "./true")) {
            SpawnException e = failure(Command.of(program).directory(file));
            assertError(e, Kind.DIRECTORY, "ENOTDIR", file.toString());
        }
    }

    @Test
    void anEmptyNameIsNoDirectory() {
        for (String program : List.of("true", "/bin/true", "./true", "no-such-program")) {
            SpawnException e = failure(Command.of(program).directory(new byte[0]));
            assertError(e, Kind.DIRECTORY, "ENOENT", "");
        }
    }

    /** A name has 255 bytes at most, a path 4,095. */
    @Test
    void aDirectoryWhoseNameIsTooLongIsNotAProgramWithSuchAName() throws Exception {
        Path loop = temp.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        for (String program : List.of("true", "/bin/true", "./true", "no-such-program")) {
            for (String directory : List.of("/tmp/" + "d".repeat(256), "/tmp" + "/d".repeat(2100))) {
                SpawnException e = failure(Command.of(program).directory(directory.getBytes(UTF_8)));
                assertError(e, Kind.DIRECTORY, "ENAMETOOLONG", directory);
            }
            SpawnException e = failure(Command.of(program).directory(loop));
            assertError(e, Kind.DIRECTORY, "ELOOP", loop.toString());
        }
        String program = "/tmp/" + "p".repeat(256);
        assertError(failure(Command.of(program).directory(temp)), Kind.OTHER, "ENAMETOOLONG", program);
    }

    @Test
    void whereDirectoryAndProgramAreMissingTheDirectoryIsTold() {
        Path missing = temp.resolve("missing");
        for (String program : List.of("no-such-program", "/no-exist", "./no-exist")) {
            SpawnException e = failure(Command.of(program).directory(missing));
            assertError(e, Kind.DIRECTORY, "ENOENT", missing.toString());
        }
    }

    // ---- NUL.

    @Test
    void aNulIsRefusedWhereverItStandsAndNothingIsRun() {
        Path marker = temp.resolve("marker");
        Command touch = Command.of("touch", marker.toString());
        List<Command> commands = List.of(
                touch.args("a\0b"),
                touch.arg(new byte[] {0}),
                touch.env("A\0B", "x"),
                touch.env("A", "x\0"),
                touch.env(new byte[] {'A'}, new byte[] {0}),
                touch.unsetEnv("PATH").env("A", "\0"));
        for (Command command : commands) {
            SpawnException e = failure(command);
            assertError(e, Kind.INVALID_ARGUMENT, "EINVAL", "touch");
            assertTrue(e.getMessage().contains("holds a NUL"), e.getMessage());
        }
        SpawnException program = failure(Command.of("touch\0x", marker.toString()));
        assertError(program, Kind.INVALID_ARGUMENT, "EINVAL", "touch\0x");
        assertTrue(program.getMessage().contains("the program holds a NUL"), program.getMessage());
        SpawnException directory = failure(touch.directory("/tmp\0/x".getBytes(UTF_8)));
        assertError(directory, Kind.INVALID_ARGUMENT, "EINVAL", "/tmp\0/x");
        assertTrue(directory.getMessage().contains("the directory holds a NUL"), directory.getMessage());
        assertFalse(Files.exists(marker));
    }

    @Test
    void theArgumentWithTheNulIsNamedByItsPlace() {
        SpawnException e = failure(Command.of("echo", "one", "t\0wo"));
        assertEquals("could not start echo one 't?wo': argument 2 holds a NUL (EINVAL)", e.getMessage());
    }

    private SpawnException failure(Command command) {
        return SpawnErrors.failure(supervisor, command);
    }
}
