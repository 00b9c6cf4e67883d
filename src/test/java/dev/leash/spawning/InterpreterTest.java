package dev.leash.spawning;

import static dev.leash.support.SpawnErrors.assertError;
import static dev.leash.support.SpawnErrors.bytes;
import static dev.leash.support.SpawnErrors.file;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.Skip;
import dev.leash.support.SpawnErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that need another program: scripts, binaries with a loader, and what is neither. */
@Timeout(60)
class InterpreterTest {
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#!/no/such/interpreter\n",
                "#! /no/such/interpreter -x\n",
                "#!/no/such/interpreter\t-x",
                "#!/no/such/interpreter"
            })
    void aScriptWhoseInterpreterIsMissingSaysWhich(String firstLine) throws Exception {
        Path script = file(temp, "a-script", firstLine, "rwxr-xr-x");
        SpawnException e = failure(Command.of(script.toString()));
        assertError(e, Kind.BAD_INTERPRETER, "ENOENT", script.toString());
        assertEquals(
                "could not start " + script + ": the program is there, but its interpreter /no/such/interpreter is not"
                        + " (ENOENT)",
                e.getMessage());
    }

    @Test
    void aScriptThatWasWrittenOnWindowsShowsTheCharacterTooMany() throws Exception {
        Path script = file(temp, "a-script", "#!/bin/sh\r\necho hello\r\n", "rwxr-xr-x");
        SpawnException e = failure(Command.of(script.toString()));
        assertError(e, Kind.BAD_INTERPRETER, "ENOENT", script.toString());
        assertTrue(e.getMessage().contains("its interpreter /bin/sh\\r is not"), e.getMessage());
    }

    @Test
    void aScriptFoundInThePathWhoseInterpreterIsMissingIsNotNotFound() throws Exception {
        Path script = file(temp, "a-script", "#!/no/such/interpreter\n", "rwxr-xr-x");
        SpawnException e = failure(Command.of("a-script").env("PATH", "/usr/bin:" + temp));
        assertError(e, Kind.BAD_INTERPRETER, "ENOENT", script.toString());
    }

    @Test
    void theInterpreterOfTheInterpreterMayBeTheOneThatIsMissing() throws Exception {
        Path inner = file(temp, "inner", "#!/no/such/interpreter\n", "rwxr-xr-x");
        Path outer = file(temp, "outer", "#!" + inner + "\n", "rwxr-xr-x");
        SpawnException e = failure(Command.of(outer.toString()));
        assertError(e, Kind.BAD_INTERPRETER, "ENOENT", outer.toString());
        assertTrue(e.getMessage().contains("its interpreter /no/such/interpreter is not"), e.getMessage());
    }

    @Test
    void anInterpreterCountsFromTheChildsDirectory() throws Exception {
        Path script = file(temp, "a-script", "#!sub/interpreter\n", "rwxr-xr-x");
        SpawnException e = failure(Command.of("./a-script").directory(temp));
        assertError(e, Kind.BAD_INTERPRETER, "ENOENT", "./a-script");
        assertTrue(e.getMessage().contains("its interpreter sub/interpreter is not"), e.getMessage());
        Files.createDirectory(temp.resolve("sub"));
        Files.copy(Path.of("/bin/echo"), temp.resolve("sub/interpreter"), StandardCopyOption.COPY_ATTRIBUTES);
        assertEquals(
                "./a-script x\n",
                supervisor.run(Command.of("./a-script", "x").directory(temp)).stdout());
        assertTrue(Files.exists(script));
    }

    @Test
    void anInterpreterWithoutTheXBitMakesTheScriptNotExecutable() throws Exception {
        Path interpreter = file(temp, "interpreter", "", "rw-r--r--");
        Path script = file(temp, "a-script", "#!" + interpreter + "\n", "rwxr-xr-x");
        SpawnException e = failure(Command.of(script.toString()));
        assertError(e, Kind.NOT_EXECUTABLE, "EACCES", script.toString());
        assertTrue(e.getMessage().contains("interpreter"), e.getMessage());
    }

    @Test
    void aBinaryWhoseLoaderIsMissingSaysSo() throws Exception {
        byte[] binary = Files.readAllBytes(Path.of("/bin/true"));
        int at = new String(binary, ISO_8859_1).indexOf("/ld-linux");
        Skip.unless(at > 0, "/bin/true has no loader whose name begins with ld-linux");
        binary[at + 1] = 'X';
        Path program = temp.resolve("program");
        Files.write(program, binary);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        SpawnException e = failure(Command.of(program.toString()));
        assertError(e, Kind.BAD_INTERPRETER, "ENOENT", program.toString());
        assertTrue(e.getMessage().contains("the loader that it names is not"), e.getMessage());
    }

    @Test
    void aTextWithoutAFirstLineForTheKernelIsRunByTheShell() throws Exception {
        Path script = file(temp, "a-script", "printf '%s|' \"$0\" \"$@\"\nexit 3\n", "rwxr-xr-x");
        Result result = supervisor.run(Command.of(script.toString(), "a b", "", "'"));
        assertEquals(script + "|a b||'|", result.stdout());
        assertEquals(new ExitStatus.Exited(3), result.status());

        Result found = supervisor.run(Command.of("a-script", "x").env("PATH", temp + ":/usr/bin"));
        assertEquals(script + "|x|", found.stdout());

        Result relative = supervisor.run(Command.of("./a-script").directory(temp));
        assertEquals("./a-script|", relative.stdout());
    }

    @Test
    void anEmptyFileIsRunByTheShellAndDoesNothing() throws Exception {
        Path script = file(temp, "a-script", "", "rwxr-xr-x");
        Result result = supervisor.run(Command.of(script.toString()));
        assertTrue(result.succeeded(), result.toString());
        assertEquals("", result.stdout() + result.stderr());
    }

    /** As execvp(3), which hands to the shell what the kernel does not know. What the shell makes of it is its business. */
    @Test
    void garbageIsGivenToTheShellAndLeavesNothing() throws Exception {
        Path garbage = temp.resolve("garbage");
        byte[] bytes = new byte[4096];
        new Random(1).nextBytes(bytes);
        bytes[0] = 0x7f;
        bytes[1] = 'E';
        bytes[2] = 'L';
        bytes[3] = 'F';
        Files.write(garbage, bytes);
        Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rwxr-xr-x"));
        LeakCheck.Baseline before = LeakCheck.now();
        for (int i = 0; i < 64; i++) {
            Result result = supervisor.run(Command.of(garbage.toString()));
            assertFalse(result.succeeded(), result.toString());
            assertEquals(List.of(), before.leaked());
        }
    }

    private SpawnException failure(Command command) {
        return SpawnErrors.failure(supervisor, command);
    }
}
