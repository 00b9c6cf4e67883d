package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.forked.Guarded;
import dev.leash.forked.Jvm;
import dev.leash.forked.StartsAllTheTime;
import dev.leash.forked.TenThousand;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Processes;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The children die with the JVM, however it dies. */
@Timeout(120)
class GuardianTest {
    private static final int CHILDREN = 200;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    /** Two hundred children with their own take this machine a second or two. */
    private static final Duration BOUND = Duration.ofSeconds(15);

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();

    @TempDir
    Path directory;

    @AfterEach
    void clean() {
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }

    private Jvm.Running ready(int children, String end) throws IOException {
        Jvm.Running jvm = Jvm.of(directory, Guarded.class, marker, Integer.toString(children), end)
                .options("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + directory.resolve("hs_err"))
                .start();
        eventually("ready", () -> jvm.out().contains("ready"));
        return jvm;
    }

    private void assertNothingIsLeft() {
        if (!Eventually.within(BOUND, () -> ProcScan.withMarker(marker).isEmpty())) {
            assertEquals(List.of(), ProcScan.withMarker(marker));
        }
    }

    private static List<ProcScan.Info> guardians(long parent) {
        return ProcScan.all().stream()
                .filter(info -> info.ppid() == parent
                        && info.session() == info.pid()
                        && List.of("sh", "leash-guardian").contains(info.name()))
                .toList();
    }

    @Test
    void twoHundredChildrenDieWithAJvmThatIsKilled() throws Exception {
        try (Jvm.Running jvm = ready(CHILDREN, "wait")) {
            eventually("they live", () -> ProcScan.withMarker(marker).size() > CHILDREN);
            int guardian = guardians(jvm.process().pid()).getFirst().pid();
            long before = System.nanoTime();
            jvm.process().destroyForcibly().waitFor();
            assertNothingIsLeft();
            System.out.println("guardian: " + (System.nanoTime() - before) / 1_000_000 + " ms for " + CHILDREN);
            eventually("the guardian has gone, too", () -> !ProcScan.alive(guardian));
        }
    }

    /** The full number is 10,000, with {@code -Dleash.test.children=10000}: two minutes on a slow machine. */
    @Test
    @Timeout(300)
    void thousandsOfChildrenDieWithAJvmThatIsKilled() throws Exception {
        int count = Integer.getInteger("leash.test.children", 1_000);
        Skip.unless(descriptorLimit() > count + 500, "a limit of " + descriptorLimit() + " descriptors is too low");
        Jvm jvm = Jvm.of(directory, TenThousand.class, marker, Integer.toString(count));
        try (Jvm.Running running = jvm.start()) {
            assertTrue(
                    Eventually.within(
                            Duration.ofSeconds(200), () -> running.out().contains("ready")),
                    running::toString);
            eventually("all sleep", () -> sleepers(running.process().pid()) == count);
            int guardian = guardians(running.process().pid()).getFirst().pid();
            long before = System.nanoTime();
            running.process().destroyForcibly().waitFor();
            assertTrue(
                    Eventually.within(BOUND.plusMillis(5L * count), () -> !ProcScan.alive(guardian)),
                    "the guardian has done its work");
            System.out.print("guardian: " + (System.nanoTime() - before) / 1_000_000 + " ms for " + count + ", "
                    + running.out());
            assertNothingIsLeft();
        }
    }

    /** That of the one supervisor of this JVM. */
    private static int onlyGuardian() {
        eventually("there is one", () -> guardians(ProcScan.self()).size() == 1);
        return guardians(ProcScan.self()).getFirst().pid();
    }

    private static long sleepers(long parent) {
        return ProcScan.all().stream()
                .filter(info -> info.ppid() == parent && info.name().equals("sleep") && info.alive())
                .count();
    }

    private static long descriptorLimit() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split(" +", -1)[4])
                .mapToLong(hard -> hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The JVM is stopped again and again, until it is just between the making of a child and the table. The guardian
     * knows the child by its pipe, or by the mark if it has none.
     */
    @ParameterizedTest
    @CsvSource({
        "GROUP, stdout, false",
        "GROUP, stdin, false",
        "GROUP, pipeline, false",
        "GROUP, none, true",
        "TREE, stdout, false",
        "TREE, none, true"
    })
    void programThatIsBeingStartedDiesWithTheJvm(String containment, String pipe, String marked) throws Exception {
        try (Jvm.Running jvm = Jvm.of(directory, StartsAllTheTime.class, marker, containment, pipe)
                .options("-Dleash.markedStarts=" + marked)
                .start()) {
            eventually("ready", () -> jvm.out().contains("ready"));
            long pid = jvm.process().pid();
            Path table = table(pid);
            try (CallState state = CallState.open()) {
                stopWhileOneIsBeingStarted(state, (int) pid, table);
            }
            jvm.process().destroyForcibly().waitFor();
            assertNothingIsLeft();
        }
    }

    /** A moment that is met by chance: so it is tried often, and as long as there is time. */
    private static void stopWhileOneIsBeingStarted(CallState state, int pid, Path table) throws IOException {
        long end = System.nanoTime() + Patience.seconds(80).toNanos();
        while (true) {
            assertEquals(0, Processes.kill(state, pid, SIGSTOP));
            eventually("it is stopped", () -> ProcScan.state(pid) == 'T');
            if (isStarting(pid, Files.readString(table, StandardCharsets.US_ASCII))) {
                return;
            }
            assertTrue(System.nanoTime() < end, "none was being started whenever it was stopped");
            assertEquals(0, Processes.kill(state, pid, SIGCONT));
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(3_000_000));
        }
    }

    private static Path table(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).toString().contains("leash-guardian");
                        } catch (IOException e) {
                            return false; // it has been closed
                        }
                    })
                    .findAny()
                    .orElseThrow();
        }
    }

    private static boolean isStarting(long parent, String table) {
        int session = ProcScan.of(parent).orElseThrow().session();
        return ProcScan.all().stream()
                .filter(info -> info.ppid() == parent && info.pgrp() == info.pid() && info.session() == session)
                .anyMatch(info -> !table.contains("L " + info.pid() + " ") && !table.contains("S " + info.pid() + " "));
    }

    @Test
    void childrenDieWithAJvmThatCrashes() throws Exception {
        try (Jvm.Running jvm = ready(24, "crash")) {
            assertNotEquals(0, jvm.process().waitFor());
            assertNothingIsLeft();
        }
    }

    @Test
    void childrenDieWithAJvmThatHalts() throws Exception {
        try (Jvm.Running jvm = ready(24, "halt")) {
            assertEquals(3, jvm.process().waitFor());
            assertNothingIsLeft();
        }
    }

    @Test
    void childrenDieWithAJvmThatExitsWithoutAHook() throws Exception {
        try (Jvm.Running jvm = ready(24, "exit")) {
            assertEquals(4, jvm.process().waitFor());
            assertNothingIsLeft();
        }
    }

    @Test
    void guardianThatIsKilledIsStartedAgain() throws Exception {
        try (Jvm.Running jvm = ready(24, "wait")) {
            for (int round = 0; round < 3; round++) {
                int guardian = guardians(jvm.process().pid()).getFirst().pid();
                ProcessHandle.of(guardian).orElseThrow().destroyForcibly();
                eventually("another one", () -> guardians(jvm.process().pid()).stream()
                        .anyMatch(info -> info.pid() != guardian));
            }
            assertEquals(1, guardians(jvm.process().pid()).size());
            eventually(
                    "each time is told",
                    () -> jvm.err()
                                    .lines()
                                    .filter(line -> line.endsWith("the guardian had died, and was started again"))
                                    .count()
                            == 3);
            jvm.process().destroyForcibly().waitFor();
            assertNothingIsLeft();
        }
    }

    @Test
    void signalsOfTheTerminalAndRequestsToEndAreIgnored() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            int guardian = onlyGuardian();
            for (String signal : List.of("HUP", "INT", "QUIT", "TERM", "PIPE", "USR1", "ALRM", "TSTP")) {
                supervisor.run(Command.of("kill", "-" + signal, Integer.toString(guardian)));
            }
            assertFalse(Eventually.within(Duration.ofMillis(200), () -> !ProcScan.alive(guardian)));
            eventually("it waits", () -> ProcScan.state(guardian) == 'S');
            assertEquals(guardian, onlyGuardian());
        }
        assertEquals(List.of(), guardians(ProcScan.self()));
    }

    @Test
    void thereIsNoneIfNoneIsWanted() throws Exception {
        try (Supervisor supervisor = Supervisor.builder().guardian(false).create()) {
            assertTrue(supervisor.run(Command.of("true")).succeeded());
            assertEquals(List.of(), guardians(ProcScan.self()));
        }
    }

    @Test
    void isOneShortLineInAListOfProcesses() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            int guardian = onlyGuardian();
            assertShownShortly(guardian);
            ProcessHandle.of(guardian).orElseThrow().destroyForcibly();
            eventually(
                    "another one", () -> guardians(ProcScan.self()).stream().anyMatch(info -> info.pid() != guardian));
            assertShownShortly(onlyGuardian());
            assertTrue(supervisor.run(Command.of("true")).succeeded());
        }
    }

    private static void assertShownShortly(int guardian) throws IOException {
        eventually(
                "its name is set",
                () -> ProcScan.of(guardian).orElseThrow().name().equals("leash-guardian"));
        Path line = Path.of("/proc/" + guardian + "/cmdline");
        eventually("it executes", () -> Files.readString(line, StandardCharsets.ISO_8859_1)
                .startsWith("/bin/sh\0"));
        assertEquals(
                "/bin/sh -s leash-guardian " + ProcScan.self() + " ",
                Files.readString(line, StandardCharsets.ISO_8859_1).replace('\0', ' '));
    }

    @Test
    void holdsNothingOpenButItsPipeAndItsTable() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            int guardian = onlyGuardian();
            eventually("it waits", () -> ProcScan.state(guardian) == 'S');
            Result result = supervisor.run(Command.shell("ls -l /proc/" + guardian + "/fd | sed -n 's/.* -> //p'"));
            assertEquals(
                    List.of("/dev/null", "/dev/null", "/memfd:leash-guardian (deleted)", "pipe"),
                    result.stdout()
                            .lines()
                            .map(line -> line.startsWith("pipe:") ? "pipe" : line)
                            .sorted()
                            .toList());
        }
    }
}
