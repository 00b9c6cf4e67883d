package dev.leash.spawning;

import static dev.leash.support.SpawnErrors.assertError;
import static dev.leash.support.SpawnErrors.bytes;
import static dev.leash.support.SpawnErrors.file;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.Supervisor;
import dev.leash.forked.DescriptorLimit;
import dev.leash.forked.Jvm;
import dev.leash.forked.Unprivileged;
import dev.leash.support.LeakCheck;
import dev.leash.support.Probe;
import dev.leash.support.Skip;
import dev.leash.support.SpawnErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits that a start may meet: of lengths, descriptors, processes, and of what a user may. */
@Timeout(60)
class SpawnLimitTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** One string may have 128 KiB with its NUL, see MAX_ARG_STRLEN in execve(2). */
    private static final int LONGEST_STRING = 131_071;

    private static final long SIX_MIB = 6 * 1024 * 1024;

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

    // ---- Too long.

    @Test
    void anArgumentOf131072BytesIsTooLongAndOneLessWorks() throws Exception {
        byte[] longest = bytes(LONGEST_STRING);
        Command length = Command.of("/bin/sh", "-c", "echo ${#1} ${#LONG}", "sh");
        assertEquals(
                LONGEST_STRING + " 0\n", supervisor.run(length.arg(longest)).stdout());

        SpawnException e = failure(length.arg(bytes(LONGEST_STRING + 1)));
        assertError(e, Kind.ARGUMENTS_TOO_LONG, "E2BIG", "/bin/sh");
        assertTrue(e.getMessage().contains("131,071"), e.getMessage());
    }

    @Test
    void aVariableOf131072BytesIsTooLongAndOneLessWorks() throws Exception {
        Command length = Command.of("/bin/sh", "-c", "echo ${#LONG}");
        byte[] name = "LONG".getBytes(UTF_8);
        int longest = LONGEST_STRING - "LONG=".length();
        assertEquals(
                longest + "\n", supervisor.run(length.env(name, bytes(longest))).stdout());

        SpawnException e = failure(length.env(name, bytes(longest + 1)));
        assertError(e, Kind.ARGUMENTS_TOO_LONG, "E2BIG", "/bin/sh");
    }

    /** With the usual stack of 8 MiB these are 209 and 210. */
    @Test
    void allArgumentsTogetherMayHaveAQuarterOfTheStackLimit() throws Exception {
        long limit = Math.max(Math.min(stackLimit() / 4, SIX_MIB), 128 * 1024);
        int perArgument = 10_000 + 1 + 8; // with its NUL and the pointer to it
        int fit = (int) ((limit - 4096) / perArgument);
        int doNotFit = (int) (limit / perArgument) + 1;

        Command count = Command.of("/bin/sh", "-c", "echo $#", "sh");
        assertEquals(fit + "\n", supervisor.run(with(count, fit).clearEnv()).stdout());
        assertError(failure(with(count, doNotFit).clearEnv()), Kind.ARGUMENTS_TOO_LONG, "E2BIG", "/bin/sh");
        assertError(failure(with(count, doNotFit)), Kind.ARGUMENTS_TOO_LONG, "E2BIG", "/bin/sh");
    }

    private static Command with(Command command, int arguments) {
        String[] more = new String[arguments];
        Arrays.fill(more, "x".repeat(10_000));
        return command.args(more);
    }

    private static long stackLimit() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(l -> l.startsWith("Max stack size"))
                .findFirst()
                .orElseThrow();
        String soft = line.substring("Max stack size".length()).strip().split(" +", 2)[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
    }

    // ---- Too many.

    @ParameterizedTest
    @ValueSource(strings = {"captured", "inherited", "discarded"})
    void withoutADescriptorLeftTheStartFailsAndWorksAgainWhenSomeAreFreed(String streams) throws Exception {
        Jvm.Ended jvm = Jvm.of(temp, DescriptorLimit.class, streams)
                .fromJar()
                .after("ulimit -n 64")
                .run()
                .done();
        assertTrue(jvm.out().contains("hogs true"), jvm.out());
        assertFalse(jvm.out().contains("failed 0"), jvm.out());
        assertTrue(jvm.out().contains("Too many open files (EMFILE)"), jvm.out());
    }

    @Test
    void whatRootMayAndOthersMayNotIsToldToo() throws Exception {
        unprivileged().run().done();
    }

    @Test
    void withoutAProcessLeftTheStartFailsAndWorksAgainWhenSomeAreFreed() throws Exception {
        Jvm jvm = unprivileged("limit").by("prlimit", "--nproc=100:100", "--cpu=3000:3000");
        Skip.unless(
                Probe.succeeds("prlimit", "--nproc=100:100", "true"), "there is no prlimit(1) to limit processes with");
        Jvm.Ended ended = jvm.run().done();
        assertTrue(ended.out().contains("the limit of processes is reached"), ended.out());
    }

    /** A JVM of a user who has no other processes, for whom permissions and the limit of processes count. */
    private Jvm unprivileged(String... more) throws Exception {
        String[] become = {"setpriv", "--reuid=64999", "--regid=64999", "--clear-groups"};
        List<String> probe = new ArrayList<>(List.of(become));
        probe.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version"));
        Skip.unless(
                Probe.succeeds(probe.toArray(new String[0])),
                "cannot run a JVM as another user: this needs root, setpriv(1), and a JDK that all may read");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path program = file(temp, "program", "#!/bin/sh\n", "rwx------");
        Path directory = Files.createDirectory(temp.resolve("directory"));
        file(temp, "directory/program", "#!/bin/sh\n", "rwxr-xr-x");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        List<String> arguments = new ArrayList<>(List.of(program.toString(), directory.toString()));
        arguments.addAll(List.of(more));
        return Jvm.of(temp, Unprivileged.class, arguments.toArray(new String[0]))
                .fromJar()
                .by(become);
    }

    private SpawnException failure(Command command) {
        return SpawnErrors.failure(supervisor, command);
    }
}
