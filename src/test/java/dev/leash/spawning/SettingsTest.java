package dev.leash.spawning;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Rlimit;
import dev.leash.SchedulingPolicy;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits, niceness, processors, OOM score and umask are in force when the program executes its first instruction. */
@Timeout(60)
class SettingsTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final Supervisor supervisor = open();
    private List<Path> before;

    @BeforeEach
    void look() throws IOException {
        before = gates();
    }

    @TempDir
    Path directory;

    private static Supervisor open() {
        try {
            return Supervisor.create();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        supervisor.close();
        // Those of other JVMs come and go.
        eventually("no gate is left", () -> before.containsAll(gates()));
    }

    private static List<Path> gates() throws IOException {
        List<Path> gates = new ArrayList<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "leash-gate-*")) {
            all.forEach(gates::add);
        }
        return gates;
    }

    private String outputOf(Command command) throws Exception {
        Result result = supervisor.run(command.timeout(Duration.ofSeconds(30)));
        assertEquals(Cause.EXITED, result.cause(), result::toString);
        assertEquals("", result.stderr());
        return result.stdout().strip();
    }

    /** The child has the limit already when it comes from where it waits for it. */
    @Test
    void limitOfDescriptorsMayBeLowerThanTheNumbersThatTheProgramIsGiven() throws Exception {
        Command command = Command.of("sh", "-c", "ulimit -n; printf given >/proc/self/fd/20")
                .rlimit(Rlimit.NOFILE, 16)
                .output(20, Output.file(directory.resolve("20")));
        assertEquals("16", outputOf(command));
        assertEquals("given", Files.readString(directory.resolve("20")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3})
    void limitThatLeavesNoDescriptorToStartWithIsNamed(int limit) {
        SpawnException e = assertThrows(
                SpawnException.class, () -> supervisor.run(Command.of("true").rlimit(Rlimit.NOFILE, limit)));
        assertEquals(SpawnException.Kind.SETTING, e.kind());
        assertTrue(e.getMessage().contains("its limit NOFILE leaves no descriptor to start it with"), e.getMessage());
    }

    /** What {@code /proc/self/limits} says of a program that has done nothing before: the soft limit and the hard one. */
    private List<String> limitOf(Command command, String name) throws Exception {
        String line = outputOf(command)
                .lines()
                .filter(text -> text.startsWith(name))
                .findFirst()
                .orElseThrow();
        return List.of(line.substring(name.length()).strip().split(" +", -1)).subList(0, 2);
    }

    @Test
    void limitsAreThoseOfTheProgramAndNotOfTheJvm() throws Exception {
        Command limits = Command.of("cat", "/proc/self/limits");
        String before = Files.readString(Path.of("/proc/self/limits"));
        assertEquals(List.of("123", "123"), limitOf(limits.rlimit(Rlimit.NOFILE, 123), "Max open files"));
        assertEquals(List.of("12", "345"), limitOf(limits.rlimit(Rlimit.NOFILE, 12, 345), "Max open files"));
        assertEquals(List.of("0", "0"), limitOf(limits.rlimit(Rlimit.CORE, 0), "Max core file size"));
        assertEquals(
                List.of("7", "unlimited"), limitOf(limits.rlimit(Rlimit.CPU, 7, Rlimit.UNLIMITED), "Max cpu time"));
        assertEquals(before, Files.readString(Path.of("/proc/self/limits")));
    }

    @Test
    void everyLimitHasItsNumber() throws Exception {
        // The names that /proc gives them, so that no two numbers are mixed up.
        record Named(Rlimit limit, String name) {}
        List<Named> all = List.of(
                new Named(Rlimit.AS, "Max address space"),
                new Named(Rlimit.CORE, "Max core file size"),
                new Named(Rlimit.CPU, "Max cpu time"),
                new Named(Rlimit.DATA, "Max data size"),
                new Named(Rlimit.FSIZE, "Max file size"),
                new Named(Rlimit.MEMLOCK, "Max locked memory"),
                new Named(Rlimit.MSGQUEUE, "Max msgqueue size"),
                new Named(Rlimit.NICE, "Max nice priority"),
                new Named(Rlimit.NOFILE, "Max open files"),
                new Named(Rlimit.NPROC, "Max processes"),
                new Named(Rlimit.RTPRIO, "Max realtime priority"),
                new Named(Rlimit.RTTIME, "Max realtime timeout"),
                new Named(Rlimit.SIGPENDING, "Max pending signals"),
                new Named(Rlimit.STACK, "Max stack size"));
        assertEquals(Rlimit.values().length, all.size());
        for (Named named : all) {
            List<String> was = limitOf(Command.of("cat", "/proc/self/limits"), named.name());
            // The hard limit as it was, so that nobody has to be root; the soft one lower by one page or one.
            long hard = was.get(1).equals("unlimited") ? Rlimit.UNLIMITED : Long.parseLong(was.get(1));
            long soft = hard == Rlimit.UNLIMITED ? 1L << 33 : Math.max(0, hard - 1);
            Command limited = Command.of("cat", "/proc/self/limits").rlimit(named.limit(), soft, hard);
            assertEquals(List.of(Long.toString(soft), was.get(1)), limitOf(limited, named.name()), named.toString());
        }
    }

    @Test
    void nicenessIsThatOfTheFirstInstruction() throws Exception {
        // That of the caller may be any, and who is not root can only raise it.
        int inherited = Integer.parseInt(outputOf(Command.of("nice")));
        int wanted = Math.min(inherited + 7, 19);
        assertEquals(Integer.toString(wanted), outputOf(Command.of("nice").nice(wanted)));
        assertEquals(Integer.toString(inherited), outputOf(Command.of("nice")), "and of no other program");
    }

    @Test
    void programRunsOnItsProcessorsOnly() throws Exception {
        Command status = Command.of("grep", "Cpus_allowed_list", "/proc/self/status");
        String allowed = outputOf(status).replaceAll(".*:\\s*", "");
        int one = Integer.parseInt(allowed.split("[-,]", -1)[0]);
        assertEquals(Integer.toString(one), outputOf(status.cpuAffinity(one)).replaceAll(".*:\\s*", ""));
        assertEquals(allowed, outputOf(status).replaceAll(".*:\\s*", ""));
    }

    @Test
    void schedulingPolicyIsInForceFromTheStart() throws Exception {
        // The priority in real time and the number of the policy, see proc_pid_stat(5).
        Command stat = Command.of("cut", "-d ", "-f40,41", "/proc/self/stat");
        assertEquals("0 0", outputOf(stat.scheduling(SchedulingPolicy.OTHER)));
        assertEquals("0 3", outputOf(stat.scheduling(SchedulingPolicy.BATCH)));
        assertEquals("0 5", outputOf(stat.scheduling(SchedulingPolicy.IDLE).nice(5)));
        assertEquals(
                "5",
                outputOf(Command.of("nice").scheduling(SchedulingPolicy.BATCH).nice(5)));
        assertEquals("0 0", outputOf(stat));
        for (SchedulingPolicy policy : List.of(SchedulingPolicy.FIFO, SchedulingPolicy.ROUND_ROBIN)) {
            try {
                assertEquals(
                        policy.equals(SchedulingPolicy.FIFO) ? "7 1" : "7 2", outputOf(stat.scheduling(policy, 7)));
            } catch (SpawnException e) { // an ordinary user's
                assertEquals(SpawnException.Kind.SETTING, e.kind());
                assertEquals(
                        "could not start cut: cannot set the scheduling policy to " + policy
                                + " with priority 7: EPERM (Operation not permitted)",
                        e.getMessage());
            }
            assertThrows(IllegalArgumentException.class, () -> stat.scheduling(policy));
            assertThrows(IllegalArgumentException.class, () -> stat.scheduling(policy, 100));
        }
        assertThrows(IllegalArgumentException.class, () -> stat.scheduling(SchedulingPolicy.BATCH, 1));
    }

    @Test
    void oomScoreIsTheProgramsAlone() throws Exception {
        String own = Files.readString(Path.of("/proc/self/oom_score_adj"));
        assertEquals(
                "321", outputOf(Command.of("cat", "/proc/self/oom_score_adj").oomScoreAdjustment(321)));
        assertEquals(own, Files.readString(Path.of("/proc/self/oom_score_adj")));
    }

    @Test
    void umaskIsThatOfTheProgramAndOfItsRedirects() throws Exception {
        Path made = directory.resolve("made");
        Path redirect = directory.resolve("redirect");
        Result result = supervisor.run(Command.of("touch", made.toString())
                .stdout(Output.file(redirect))
                .umask(0077));
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(redirect)));
        assertEquals("0027", outputOf(Command.of("sh", "-c", "umask").umask(027)));
        assertEquals(outputOf(Command.of("sh", "-c", "umask")), jvmsUmask());
    }

    private static String jvmsUmask() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Umask:"))
                .map(line -> line.substring(6).strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachProgramOfAPipelineHasItsOwn() throws Exception {
        Command first = Command.of("sh", "-c", "nice; umask; ulimit -n")
                .nice(3)
                .umask(077)
                .rlimit(Rlimit.NOFILE, 33);
        Command second =
                Command.of("sh", "-c", "cat; nice; umask; ulimit -n").nice(5).rlimit(Rlimit.NOFILE, 44);
        assertEquals(
                List.of("3", "0077", "33", "5", jvmsUmask(), "44"),
                outputOf(first.pipeTo(second)).lines().toList());
    }

    @Test
    void settingsHoldInEveryContainment() throws Exception {
        for (Containment containment : Containment.values()) {
            if (containment == Containment.CGROUP && Containment.obstacle().isPresent()) {
                continue;
            }
            Command command = Command.of("sh", "-c", "nice; ulimit -n").nice(4).rlimit(Rlimit.NOFILE, 55);
            assertEquals("4\n55", outputOf(command.containment(containment)), containment.toString());
        }
    }

    @Test
    void programThatIsNotThereIsReportedAsSuch() {
        SpawnException e = assertThrows(
                SpawnException.class,
                () -> supervisor.run(Command.of("no-such-program").nice(5)));
        assertEquals(SpawnException.Kind.NOT_FOUND, e.kind());
    }

    @Test
    void settingThatIsRefusedNamesItselfAndTheErrno() {
        // No machine has it, so that this can be seen as root, too.
        SpawnException e = assertThrows(
                SpawnException.class, () -> supervisor.run(Command.of("true").cpuAffinity(65_535)));
        assertEquals(SpawnException.Kind.SETTING, e.kind());
        assertEquals("EINVAL", e.errnoName());
        assertEquals(
                "could not start true: cannot bind it to the processors [65535]: EINVAL (Invalid argument)",
                e.getMessage());
    }

    @Test
    void settingOutOfRangeIsRefusedWhenItIsMade() {
        Command command = Command.of("true");
        assertThrows(IllegalArgumentException.class, () -> command.nice(20));
        assertThrows(IllegalArgumentException.class, () -> command.nice(-21));
        assertThrows(IllegalArgumentException.class, () -> command.umask(01000));
        assertThrows(IllegalArgumentException.class, () -> command.oomScoreAdjustment(1001));
        assertThrows(IllegalArgumentException.class, command::cpuAffinity);
        assertThrows(IllegalArgumentException.class, () -> command.cpuAffinity(-1));
        assertThrows(IllegalArgumentException.class, () -> command.rlimit(Rlimit.NOFILE, -1));
        assertThrows(IllegalArgumentException.class, () -> command.rlimit(Rlimit.NOFILE, 5, 4));
    }

    @Test
    void manyAtOnceDoNotMixUpTheirSettings() throws Exception {
        try (var callers = Executors.newFixedThreadPool(8)) {
            List<Future<String>> answers = new ArrayList<>();
            for (int index = 0; index < 64; index++) {
                Command command = Command.of("sh", "-c", "nice; ulimit -n")
                        .nice(index % 20)
                        .rlimit(Rlimit.NOFILE, 100 + index);
                answers.add(callers.submit(() -> outputOf(command)));
            }
            for (int index = 0; index < answers.size(); index++) {
                assertEquals(
                        index % 20 + "\n" + (100 + index), answers.get(index).get());
            }
        }
    }

    @Test
    void deadlineAndGroupAreAsEver() throws Exception {
        Result result = supervisor.run(
                Command.of("sh", "-c", "sleep 60 & echo $!; sleep 60").nice(1).timeout(Duration.ofSeconds(3)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        Path sleeper = Path.of("/proc", result.stdout().strip());
        eventually("the other has gone, too", () -> !Files.exists(sleeper));
        assertFalse(result.stdout().isBlank());
        assertTrue(result.survivors().isEmpty());
    }
}
