package dev.leash.internal.spawn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an errno of posix_spawn(3) was about. That the kernel answers with these is in SpawnErrorTest. */
@Timeout(60)
class FailureDiagnosisTest {
    @TempDir
    Path temp;

    private Directory directory = new Directory.Inherited();
    private String searchPath = "/bin";

    private SpawnException of(int errno, Path program) {
        return with(program.toString(), diagnosis -> diagnosis.of(errno, bytes(program.toString())));
    }

    private interface Question {
        SpawnException ask(FailureDiagnosis diagnosis);
    }

    private SpawnException with(String program, Question question) {
        SpawnRequest request = new SpawnRequest(
                List.of(bytes(program)),
                ChildEnvironment.of(List.of(bytes("PATH=" + searchPath))),
                directory,
                List.of(),
                SpawnAttributes.CLEAN,
                3);
        CallState state = CallState.create();
        try (Arena scratch = Arena.ofConfined()) {
            return question.ask(
                    new FailureDiagnosis(state, scratch, request, new ProgramSearch(state, scratch, request)));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private Path file(String name, String text, String permissions) throws IOException {
        Path file = Files.writeString(temp.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static void assertIs(Kind kind, int errno, Path path, String words, SpawnException failure) {
        assertEquals(kind, failure.kind(), failure.getMessage());
        assertEquals(errno, failure.errno(), failure.getMessage());
        assertEquals(path.toString(), failure.path(), failure.getMessage());
        assertTrue(failure.getMessage().contains(words), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("(" + Errno.name(errno) + ")"), failure.getMessage());
    }

    @Test
    void aProgramThatIsMissingIsToldFromItsInterpreterThatIs() throws IOException {
        Path missing = temp.resolve("missing");
        assertIs(Kind.NOT_FOUND, Errno.ENOENT, missing, "no such program", of(Errno.ENOENT, missing));
        Path script = file("script", "#! \t" + missing + " -x\n", "rwxr-xr-x");
        assertIs(
                Kind.BAD_INTERPRETER,
                Errno.ENOENT,
                script,
                "its interpreter " + missing + " is not",
                of(Errno.ENOENT, script));
        Path binary = file("binary", "\177ELF", "rwxr-xr-x");
        assertIs(Kind.BAD_INTERPRETER, Errno.ENOENT, binary, "the loader that it names", of(Errno.ENOENT, binary));
    }

    /** The kernel goes through several, and its errno does not say which of them is missing. */
    @Test
    void theInterpreterOfAnInterpreterIsFound() throws IOException {
        Path missing = temp.resolve("missing");
        Path inner = file("inner", "#!" + missing + "\n", "rwxr-xr-x");
        Path outer = file("outer", "#!" + inner + "\n", "rwxr-xr-x");
        SpawnException failure = of(Errno.ENOENT, outer);
        assertIs(Kind.BAD_INTERPRETER, Errno.ENOENT, outer, "its interpreter " + missing + " is not", failure);
    }

    @Test
    void twoScriptsThatNameEachOtherAreNoTrap() throws IOException {
        Path one = temp.resolve("one");
        Path other = file("other", "#!" + one + "\n", "rwxr-xr-x");
        file("one", "#!" + other + "\n", "rwxr-xr-x");
        assertIs(Kind.BAD_INTERPRETER, Errno.ENOENT, one, "the loader that it names", of(Errno.ENOENT, one));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENOENT", "EACCES", "ENOTDIR", "ELOOP"})
    void aDirectoryThatCannotBeEnteredComesFirst(String name) throws IOException {
        Path missing = temp.resolve("missing");
        directory = new Directory.Path(bytes(missing.toString()));
        Path program = file("program", "", "rwxr-xr-x");
        SpawnException failure = of(number(name), program);
        assertIs(Kind.DIRECTORY, Errno.ENOENT, missing, "cannot start in directory " + missing, failure);
    }

    private static int number(String name) {
        for (int errno = 1; errno < 200; errno++) {
            if (Errno.name(errno).equals(name)) {
                return errno;
            }
        }
        throw new AssertionError(name);
    }

    /** Only fork(2) and execve(2) answer with these, so chdir(2) has succeeded, whatever became of the directory since. */
    @Test
    void anErrnoThatNoDirectoryCausesIsNotPutDownToOne() throws IOException {
        directory = new Directory.Path(bytes(temp.resolve("missing").toString()));
        Path program = file("program", "", "rwxr-xr-x");
        assertIs(Kind.ARGUMENTS_TOO_LONG, Errno.E2BIG, program, "131,071 bytes", of(Errno.E2BIG, program));
        assertIs(Kind.LIMIT, Errno.EAGAIN, program, "limit of processes", of(Errno.EAGAIN, program));
        assertIs(Kind.LIMIT, Errno.EMFILE, program, "Too many open files", of(Errno.EMFILE, program));
        assertIs(Kind.NOT_EXECUTABLE, Errno.ENOEXEC, program, "neither a binary", of(Errno.ENOEXEC, program));
        assertIs(Kind.NOT_EXECUTABLE, Errno.ETXTBSY, program, "open for writing", of(Errno.ETXTBSY, program));
    }

    @Test
    void whatIsRefusedIsADirectoryOrHasNoPermissionOrItsInterpreterHas() throws IOException {
        assertIs(Kind.IS_DIRECTORY, Errno.EACCES, temp, "it is a directory", of(Errno.EACCES, temp));
        Path plain = file("plain", "", "rw-r--r--");
        assertIs(Kind.NOT_EXECUTABLE, Errno.EACCES, plain, "no permission to execute it", of(Errno.EACCES, plain));
        Path program = file("program", "#!" + plain + "\n", "rwxr-xr-x");
        assertIs(
                Kind.NOT_EXECUTABLE,
                Errno.EACCES,
                program,
                "its interpreter may not be executed, or its file system is mounted noexec",
                of(Errno.EACCES, program));
    }

    @Test
    void anErrnoThatIsNotExpectedIsToldAsItIs() throws IOException {
        Path program = file("program", "", "rwxr-xr-x");
        assertIs(Kind.OTHER, number("EPERM"), program, "could not start " + program, of(number("EPERM"), program));
    }

    @Test
    void whatIsNotFoundIsToldWithThePathThatWasSearched() {
        searchPath = "/bin:/no/such";
        SpawnException failure = with("program", FailureDiagnosis::notFound);
        assertIs(Kind.NOT_FOUND, Errno.ENOENT, Path.of("program"), "the child's PATH, which is /bin:/no/such", failure);
        assertIs(
                Kind.NOT_FOUND,
                Errno.ENOENT,
                Path.of(""),
                "the program's name is empty",
                with("", FailureDiagnosis::notFound));
    }

    @Test
    void noControlCharacterIsInAMessage() {
        Path hostile = temp.resolve("a\033]0;b\nc");
        SpawnException failure = of(Errno.ENOENT, hostile);
        assertTrue(failure.getMessage().contains("a\\x1b]0;b\\nc"), failure.getMessage());
        assertTrue(failure.getMessage().chars().noneMatch(Character::isISOControl), failure.getMessage());
    }
}
