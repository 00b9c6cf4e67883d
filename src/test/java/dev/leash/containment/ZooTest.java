package dev.leash.containment;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.Children;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each child in each containment, with the outcome that this containment promises. The table in docs/containment.md is this one. */
@Timeout(60)
class ZooTest {
    private static final Duration TIMEOUT = Duration.ofMillis(1_500);

    /** Those that last until they are ended. The others leave a daemon, or many, and end by themselves a second later. */
    private static final Set<String> ENDLESS =
            Set.of("contain-ignores", "contain-stops", "contain-jobs", "contain-forks");

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();
    private Supervisor supervisor;

    @BeforeEach
    void open() throws IOException {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }

    static Stream<Arguments> zoo() {
        // Child, and which containments hold it: GROUP, TREE, CGROUP.
        return Stream.of(
                        row("contain-ignores", true, true, true),
                        row("contain-stops", true, true, true),
                        row("contain-jobs", true, true, true),
                        row("contain-hops", false, true, true),
                        row("contain-forks", true, true, true),
                        row("contain-daemon", false, true, true),
                        row("contain-closes", false, true, true),
                        row("contain-forgets", false, true, true),
                        row("contain-titles", false, true, true))
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> row(String child, boolean group, boolean tree, boolean cgroup) {
        return Stream.of(
                Arguments.of(child, Containment.GROUP, group),
                Arguments.of(child, Containment.TREE, tree),
                Arguments.of(child, Containment.CGROUP, cgroup));
    }

    @Test
    void tableInTheDocumentationIsThisOne() throws IOException {
        List<String> expected = new ArrayList<>();
        Stream.of(zoo().limit(3L * 7), holders().limit(3), zoo().skip(3L * 7))
                .flatMap(rows -> rows)
                .forEach(cell -> expected.add(cell.get()[1] + " " + cell.get()[2]));
        List<String> told = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("docs", "containment.md"))) {
            String[] cells = line.split(" *\\| *", -1);
            if (cells.length == 6 && List.of("yes", "no").contains(cells[4])) {
                told.add("GROUP " + !cells[2].equals("no"));
                told.add("TREE " + !cells[3].equals("no"));
                told.add("CGROUP " + !cells[4].equals("no"));
            }
        }
        assertEquals(expected, told);
    }

    private static void skipWhatCannotBeHad(Containment containment) {
        if (containment == Containment.CGROUP) {
            Skip.unless(Containment.obstacle().isEmpty(), "no cgroup can be made here");
        }
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void runEndsInTimeAndLeavesWhatTheContainmentDoesNotHold(String child, Containment containment, boolean held)
            throws Exception {
        skipWhatCannotBeHad(containment);
        Skip.unless(
                !child.equals("contain-titles") || Files.isExecutable(Path.of("/usr/bin/perl")),
                "no /usr/bin/perl here");
        long before = System.nanoTime();
        // Where the deadline came before a daemon has left, it would be held by any containment.
        Duration timeout = ENDLESS.contains(child) ? TIMEOUT : Duration.ofSeconds(20);
        Result result = supervisor.run(Command.of(Children.path(child), marker, "1")
                .containment(containment)
                .timeout(timeout)
                .stdout(Output.discard())
                .stderr(Output.discard()));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertTrue(took.compareTo(timeout.plusSeconds(8)) < 0, took.toString());
        assertEquals(List.of(), result.survivors());
        assertEquals(held, Eventually.within(Duration.ofMillis(300), () -> ProcScan.withMarker(marker)
                .isEmpty()));
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void whoTakesASecondToCleanUpIsGivenIt(Containment containment, @TempDir Path directory) throws Exception {
        skipWhatCannotBeHad(containment);
        Path file = directory.resolve("file");
        Child child = supervisor.start(Command.of(Children.path("contain-cleans-up"), file.toString())
                .containment(containment)
                .stopPlan(
                        StopPlan.signal(Signal.INT).then(Duration.ofSeconds(20)).kill()));
        // Bit 1 is INT.
        eventually("INT is trapped", () -> (ProcScan.signals(child.pid(), "SigCgt") & 2) != 0);
        child.stop();
        Result result = child.await();
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertTrue(Files.exists(file));
        assertEquals(List.of(), result.killed());
    }

    static Stream<Arguments> holders() {
        return Stream.of(
                        row("contain-holds-output", false, true, true),
                        row("contain-holds-output env -i", false, true, true))
                .flatMap(rows -> rows);
    }

    @ParameterizedTest
    @MethodSource("holders")
    void whoHoldsTheOutputWhenAllOthersHaveDiedIsKilledOrNamed(String child, Containment containment, boolean held)
            throws Exception {
        skipWhatCannotBeHad(containment);
        String[] words = child.split(" ", 2);
        List<String> arguments = new ArrayList<>(List.of(marker));
        arguments.addAll(words.length == 1 ? List.of() : List.of(words[1].split(" ", -1)));
        long before = System.nanoTime();
        Result result = supervisor.run(Command.of(Children.path(words[0]))
                .args(arguments.toArray(String[]::new))
                .containment(containment)
                .drainTime(Duration.ofSeconds(4)));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertTrue(took.compareTo(Duration.ofSeconds(15)) < 0, took.toString());
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertEquals(held, result.outputComplete());
        assertEquals(List.of(), result.survivors());
        int holder = Integer.parseInt(result.stdout().strip());
        assertEquals(!held, ProcScan.alive(holder));
        assertEquals(held, result.killed().stream().anyMatch(killed -> killed.pid() == holder), result::toString);
        assertEquals(!held, result.pipeHolders().containsKey(holder), result.pipeHolders()::toString);
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void twoRunsSideBySideNeverTouchEachOther(Containment containment) throws Exception {
        skipWhatCannotBeHad(containment);
        String child = Children.path(containment == Containment.GROUP ? "contain-ignores" : "contain-hops");
        int groups = containment == Containment.GROUP ? 1 : 21;
        String other = ProcScan.newMarker();
        // Ten minutes, for it has to outlive all rounds on the slowest machine.
        Child stays = supervisor.start(Command.of(child, other, "600").containment(containment));
        try {
            Set<Integer> before = ProcScan.awaitGroups(other, groups);
            for (int round = 0; round < 3; round++) {
                Child ends = supervisor.start(Command.of(child, marker, "600").containment(containment));
                Set<Integer> ignored = ProcScan.awaitGroups(marker, groups);
                ends.stop(
                        StopPlan.signal(Signal.INT).then(Duration.ofMillis(50)).kill());
                assertEquals(Cause.CANCELLED, ends.await().cause());
                assertEquals(List.of(), ProcScan.withMarker(marker));
                assertEquals(before, ProcScan.groups(other));
                assertTrue(stays.isRunning());
            }
        } finally {
            stays.kill();
            stays.await();
        }
        assertEquals(List.of(), ProcScan.withMarker(other));
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void handlerOnTheLoopCanSignal(Containment containment) throws Exception {
        skipWhatCannotBeHad(containment);
        CompletableFuture<Child> child = new CompletableFuture<>();
        CompletableFuture<Boolean> signalled = new CompletableFuture<>();
        child.complete(supervisor.start(Command.shell("trap 'exit 7' USR1; echo now; while :; do sleep 0.05; done")
                .containment(containment)
                .timeout(Duration.ofSeconds(30))
                .stdout(Output.onLoop(bytes -> signalled.complete(child.join().signal(Signal.USR1))))));
        Result result = child.join().await();
        assertTrue(signalled.get());
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Exited(7), result.status());
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void pipelineIsOneRunWithAllItsPrograms(Containment containment) throws Exception {
        skipWhatCannotBeHad(containment);
        Command first = Command.of(Children.path("contain-ignores"), marker);
        Result result =
                supervisor.run(first.pipeTo(Command.shell("cat; echo never").containment(containment))
                        .timeout(TIMEOUT));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(List.of(), ProcScan.withMarker(marker));
        Result fine = supervisor.run(Command.of("printf", "x")
                .pipeTo(Command.of("cat"))
                .pipeTo(Command.shell("cat; env | grep -c LEASH_RUN; grep -c /leash- /proc/self/cgroup; true"))
                .containment(containment));
        assertEquals(
                switch (containment) {
                    case GROUP -> "x0\n0\n";
                    case TREE -> "x1\n0\n";
                    case CGROUP -> "x0\n1\n";
                },
                fine.stdout());
    }
}
