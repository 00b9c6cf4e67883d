package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts for those who work on Leash: where a step fails, they print what they ran and what that said. Maven is a script
 * here that fails as it is told.
 */
@Timeout(60)
class ScriptsTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final String MAVEN_SAYS = "[ERROR] the moon is in the way";

    @TempDir
    Path directory;

    @BeforeEach
    void copyThem() throws IOException {
        for (String script :
                List.of("benchmarks/run", ".ci/run", ".ci/reproduce", ".ci/matrix", "native-headers/generate.sh")) {
            Path copy = directory.resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(script), copy);
        }
        Files.copy(Path.of("README.md"), directory.resolve("README.md"));
        // Not root, who would make a user: .ci/run is given another id.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** @param fails a pattern of the command lines that fail; the others say nothing */
    private void maven(String fails) throws IOException {
        executable("mvnw", "case \"$*\" in " + fails + ") echo '" + MAVEN_SAYS + "'; exit 3 ;; esac\n");
    }

    private void executable(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(Command command) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            return supervisor.run(command.directory(directory)
                    .env("HOME", directory.toString())
                    .mergeStderr());
        }
    }

    private static void assertSaid(Result result, String... texts) {
        assertNotEquals(new ExitStatus.Exited(0), result.status(), result::stdout);
        for (String text : texts) {
            assertTrue(result.stdout().contains(text), () -> "not said: " + text + "\n" + result.stdout());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec:exec", "install", "dependency:build-classpath"})
    void benchmarksSayWhichStepOfMavenFailed(String goal) throws Exception {
        maven("*" + goal + "*");
        String jdk = System.getProperty("java.home");
        Files.writeString(
                directory.resolve("mvnw"),
                "case \"$*\" in *exec:exec*) echo '    java.home = " + jdk + "' ;; esac\n",
                StandardOpenOption.APPEND);
        assertSaid(run(Command.of("benchmarks/run", "--smoke")), MAVEN_SAYS, "status 3 of: ../mvnw ", goal);
    }

    @Test
    void benchmarksSayThatNoJdkWasTold() throws Exception {
        maven("nothing");
        assertSaid(run(Command.of("benchmarks/run", "--smoke")), "benchmarks/run: no java.home");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "'-B -P release'*"})
    void continuousIntegrationSaysWhichStepFailed(String fails) throws Exception {
        maven(fails);
        Command command = Command.of("bash", ".ci/run");
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            command = command.prefix("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        }
        assertSaid(run(command), MAVEN_SAYS, "status 3 of: ", "./mvnw ");
    }

    @Test
    void reproductionSaysWhatFailed() throws Exception {
        maven("*package*");
        assertSaid(run(Command.of(".ci/reproduce")), "there is no target/leash to compare with");
        Files.createDirectories(directory.resolve("target"));
        Files.writeString(directory.resolve("target/leash"), "");
        assertSaid(run(Command.of(".ci/reproduce")), "not a git repository", ".ci/reproduce: line ");
        run(Command.of("git", "init", "-q")).orThrow();
        assertSaid(run(Command.of(".ci/reproduce", "-P", "release")), MAVEN_SAYS, "./mvnw -q -B \"$@\"");
    }

    @Test
    void generationOfTheBindingsSaysWhatFailed() throws Exception {
        executable("jextract", "[ \"$1\" = --version ] || exit 3\necho 'clang version 14.0'\n");
        Files.writeString(directory.resolve("native-headers/symbols"), "");
        Command generate = Command.of("native-headers/generate.sh").env("JEXTRACT", directory + "/jextract");
        assertSaid(run(generate), "generate.sh: " + directory + "/jextract failed");
        assertSaid(run(generate.env("TMPDIR", directory + "/none")), "generate.sh: stopped with status 1");
    }

    @Test
    void theMatrixSaysWhichPackagesItNeeds() throws Exception {
        Path programs = Files.createDirectory(directory.resolve("programs"));
        Files.createSymbolicLink(programs.resolve("dirname"), Path.of("/usr/bin/dirname"));
        Command matrix = Command.of("/bin/bash", ".ci/matrix").env("PATH", programs.toString());
        assertSaid(run(matrix), "apt-get install qemu-system-x86 qemu-system-arm debootstrap cpio ");
        assertSaid(run(matrix.args("-k", "6.1,6.12")), "apt-get install qemu-system-x86 debootstrap cpio ");
        assertSaid(run(matrix.args("-k", "none")), "apt-get install debootstrap cpio ");
    }

    @Test
    void noneIsLeftOut() throws IOException {
        try (var files = Files.list(Path.of(".ci"))) {
            assertEquals(
                    List.of("guest", "matrix", "matrix-classes", "reproduce", "run"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
