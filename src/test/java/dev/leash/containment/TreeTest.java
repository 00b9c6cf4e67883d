package dev.leash.containment;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;
import dev.leash.forked.BlindRun;
import dev.leash.forked.Jvm;
import dev.leash.forked.ManyDaemons;
import dev.leash.support.Children;
import dev.leash.support.DeadlineHunt;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.Probe;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Containment#TREE} holds beyond the group, and that it touches nobody else. */
@Timeout(60)
class TreeTest {
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

    private Command child(String name, String... arguments) {
        return Command.of(Children.path(name)).args(arguments).containment(Containment.TREE);
    }

    private List<ProcScan.Info> alive() {
        return ProcScan.withMarker(marker);
    }

    /** "Could not look" is not "nothing is there". */
    @Test
    void failedSearchIsToldWhereNoDescriptorIsLeft(@TempDir Path folder) throws Exception {
        Jvm.of(folder, BlindRun.class, marker)
                .fromJar()
                .after("ulimit -n 64")
                .run()
                .done();
    }

    /** How many processes a program starts must not decide how many descriptors are left to this JVM. */
    @ParameterizedTest
    @ValueSource(strings = {"TREE", "CGROUP"})
    void searchTakesFewDescriptorsHoweverManyProcessesThereAre(String containment, @TempDir Path folder)
            throws Exception {
        if (containment.equals("CGROUP")) {
            Skip.unless(
                    Containment.obstacle().isEmpty(),
                    "cgroups cannot be used here: " + Containment.obstacle().orElse(""));
        }
        Jvm.of(folder, ManyDaemons.class, marker, containment, "300")
                .fromJar()
                .after("ulimit -n 180")
                .run()
                .done();
    }

    @Test
    void daemonIsKilledWhenTheProgramHasExited() throws Exception {
        Result result = supervisor.run(child("contain-daemon", marker));
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(List.of(), alive());
        assertTrue(result.stragglersKilled() >= 1, result.killed().toString());
        assertEquals(result.stragglersKilled(), result.killed().size());
        assertTrue(
                result.killed().stream().anyMatch(straggler -> straggler.membership() == Membership.COOKIE),
                result.killed().toString());
        assertTrue(
                result.killed().stream()
                        .allMatch(straggler -> straggler.pid() > 1
                                && List.of("setsid", "sh", "sleep").contains(straggler.name())),
                result.killed().toString());
        assertEquals(List.of(), result.survivors());
    }

    /** In the middle of execve(2) a process has no environment that could be read. */
    @RepeatedTest(20)
    void whoExecutesAProgramJustThenIsFound() throws Exception {
        Result result = supervisor.run(child("contain-executes", marker));
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(1, result.stragglersKilled(), result.killed().toString());
        assertEquals(List.of(), alive());
    }

    /** Its environment is gone, its parent, too, and an ordinary user may not look into the second one. */
    @ParameterizedTest
    @ValueSource(strings = {"titled", "undumpable"})
    void daemonThatHidesItsEnvironmentIsKilled(String how) throws Exception {
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/perl")), "no /usr/bin/perl here");
        Result result = supervisor.run(child("contain-titles", marker, how));
        assertEquals(Cause.EXITED, result.cause());
        int pid = Integer.parseInt(result.stdout().strip());
        assertEquals(
                List.of((long) pid),
                result.killed().stream().map(Straggler::pid).toList());
        assertFalse(ProcScan.alive(pid));
    }

    @RepeatedTest(8)
    void chainThatForksAtFullSpeedIsHeldOrToldOf(@TempDir Path folder) throws Exception {
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/perl")), "no /usr/bin/perl here");
        Path file = Files.createFile(folder.resolve("go-on"));
        try {
            Result result = supervisor.run(child("contain-chains", file.toString())
                    .env(ProcScan.MARKER_VARIABLE, marker)
                    .drainTime(Duration.ofSeconds(1)));
            assertEquals(Cause.EXITED, result.cause());
            boolean told = result.searchFailed() || !result.survivors().isEmpty();
            assertTrue(told || alive().isEmpty(), () -> alive() + " " + result);
        } finally {
            Files.delete(file);
        }
        eventually("the chain ends", () -> alive().isEmpty());
    }

    /** A check on the test above: without the tree the daemon lives. */
    @Test
    void groupDoesNotHoldTheDaemon() throws Exception {
        Result result = supervisor.run(child("contain-daemon", marker).containment(Containment.GROUP));
        assertEquals(0, result.stragglersKilled());
        assertFalse(alive().isEmpty());
    }

    @Test
    void daemonIsKilledAtTheDeadline() throws Exception {
        Result result = supervisor.run(child("contain-daemon", marker, "60").timeout(Duration.ofSeconds(3)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(List.of(), alive());
        assertTrue(result.stragglersKilled() >= 1, result.killed().toString());
        assertTrue(result.wallTime().toMillis() < 9_000, result.wallTime().toString());
    }

    @Test
    void daemonIsLeftAloneWhereStragglersAre() throws Exception {
        Result result = supervisor.run(child("contain-daemon", marker).stragglers(StragglerPolicy.LEAVE));
        assertEquals(List.of(), result.killed());
        eventually("the daemon runs", () -> !alive().isEmpty());
    }

    @Test
    void twentyGroupsWithoutParentsAreKilled() throws Exception {
        Child child = supervisor.start(child("contain-hops", marker));
        eventually(
                "all twenty run",
                () -> alive().stream().map(ProcScan.Info::pgrp).distinct().count() > 20);
        child.kill();
        Result result = child.await();
        assertEquals(List.of(), alive());
        assertTrue(result.stragglersKilled() >= 20, result.killed().toString());
    }

    @Test
    void whoForksWhileItIsHuntedIsKilledWithAllItsForks() throws Exception {
        Result result = supervisor.run(
                child("contain-forks", marker).timeout(Duration.ofMillis(500)).drainTime(Duration.ofSeconds(10)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(List.of(), result.survivors());
        assertEquals(List.of(), alive());
        // Nor does a fork come to light later.
        assertFalse(Eventually.within(Duration.ofMillis(300), () -> !alive().isEmpty()));
    }

    @Test
    void gracefulSignalReachesEachProcessOnce(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        Child child = supervisor.start(child("contain-counts", log.toString())
                .stopPlan(
                        StopPlan.signal(Signal.INT).then(Duration.ofSeconds(20)).kill()));
        eventually(
                "five are ready",
                () -> Files.exists(log) && lines(log, "ready-").size() == 5);
        child.stop();
        Result result = child.await();
        assertEquals(
                List.of("leader", "pair-1", "pair-2", "session", "solo"),
                Files.readAllLines(log).stream()
                        .filter(line -> !line.startsWith("ready-"))
                        .sorted()
                        .toList());
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertEquals(1, result.stopSteps().size(), "no KILL was needed");
        assertEquals(List.of(), result.killed());
        assertTrue(result.wallTime().toSeconds() < 15, "the wait ends when everything is gone");
    }

    private static List<String> lines(Path log, String prefix) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(prefix))
                .toList();
    }

    @Test
    void childSignalReachesTheWholeTree(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        Child child = supervisor.start(child("contain-counts", log.toString()));
        eventually(
                "five are ready",
                () -> Files.exists(log) && lines(log, "ready-").size() == 5);
        assertTrue(child.signal(Signal.INT));
        assertEquals(Cause.EXITED, child.await().cause());
    }

    /** Each has to be preceded by a search, which takes a thread. */
    @Test
    void floodOfSignalsFromTheLoopSearchesOneAfterTheOther() throws Exception {
        CompletableFuture<Child> child = new CompletableFuture<>();
        CompletableFuture<Long> searches = new CompletableFuture<>();
        child.complete(supervisor.start(Command.shell("trap 'exit 7' USR1; echo now; while :; do sleep 0.05; done")
                .containment(Containment.TREE)
                .stdout(Output.onLoop(bytes -> {
                    for (int count = 0; count < 300; count++) {
                        assertTrue(child.join().signal(Signal.parse(count % 2 == 0 ? "URG" : "CONT")));
                    }
                    assertTrue(child.join().signal(Signal.USR1));
                    searches.complete(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("leash-scan"))
                            .count());
                }))));
        assertEquals(new ExitStatus.Exited(7), child.join().await().status());
        assertTrue(searches.get() < 10, searches::toString); // one, and what is left of the tests before
    }

    @Test
    void twoRunsSideBySideNeverTouchEachOther() throws Exception {
        String other = ProcScan.newMarker();
        Child stays = supervisor.start(
                Command.of(Children.path("contain-hops"), other).containment(Containment.TREE));
        try {
            Set<Integer> before = ProcScan.awaitGroups(other, 21);
            for (int round = 0; round < 5; round++) {
                supervisor.run(child("contain-daemon", marker));
                supervisor.run(child("contain-daemon", marker, "60").timeout(Duration.ofMillis(50)));
            }
            assertEquals(before, ProcScan.groups(other));
            assertTrue(stays.isRunning());
        } finally {
            stays.kill();
            stays.await();
        }
        assertEquals(List.of(), ProcScan.withMarker(other));
        assertEquals(List.of(), alive());
    }

    /** It moves into the JVM's own group, where nobody but itself may be signalled. */
    @Test
    void memberInTheGroupOfTheJvmIsKilledAndTheGroupIsNot() throws Exception {
        int own = Skip.unlessTheGroupOfTheJvmCanBeJoined();
        Process bystander = new ProcessBuilder("sleep", "60").start();
        try {
            Result result = supervisor.run(
                    child("contain-joins-caller", Integer.toString(own), marker).timeout(Duration.ofSeconds(3)));
            assertEquals("1\n", result.stdout());
            assertEquals(List.of(), alive());
            assertEquals(
                    List.of(Membership.PARENT),
                    result.killed().stream().map(Straggler::membership).toList());
            assertTrue(bystander.isAlive());
        } finally {
            bystander.destroyForcibly().waitFor();
        }
    }

    /** Its first thread has ended, so it looks like a zombie. */
    @Test
    void processWhoseFirstThreadHasEndedIsAlive() throws Exception {
        Skip.unless(Probe.succeeds("perl", "-Mthreads", "-e", "1"), "this needs perl with its module threads");
        Result result = supervisor.run(child("contain-first-thread-ends", marker));
        assertEquals(1, result.stragglersKilled(), result.killed().toString());
        eventually("gone", () -> ProcScan.all().stream()
                .noneMatch(info -> info.pid() == result.killed().getFirst().pid()));
    }

    @Test
    void exitWhileTheTreeIsLookedAtIsNoTimeout() throws Exception {
        for (int round = 0; round < 30; round++) {
            Result result = supervisor.run(Command.of("sh", "-c", "exit 7")
                    .containment(Containment.TREE)
                    .timeout(Duration.ofMillis(round % 5 + 1)));
            if (result.cause() == Cause.TIMED_OUT) {
                assertEquals(new ExitStatus.Signaled(Signal.KILL, false), result.status(), "nothing survives KILL");
            } else {
                assertEquals(new ExitStatus.Exited(7), result.status());
            }
        }
    }

    @Test
    void theCookieIsAllThatIsAddedToTheEnvironment() throws Exception {
        Result result = supervisor.run(
                Command.of("/usr/bin/env").clearEnv().env("A", "1").containment(Containment.TREE));
        assertEquals(
                List.of("A", "LEASH_RUN"),
                result.stdout()
                        .lines()
                        .map(line -> line.substring(0, line.indexOf('=')))
                        .sorted()
                        .toList());
    }

    /**
     * The search before KILL stops the members. Where the program exits meanwhile, before any signal, the run has not been
     * stopped: what was to be left is left, and runs. Except for a moment: a program that begins to exit between the last
     * look and the KILL has exited, and the signal was on its way to the others.
     */
    @Test
    void stragglerThatIsLeftIsNeitherKilledNorStoppedWhenTheExitMeetsTheDeadline() throws Exception {
        int exited = 0;
        int killed = 0;
        DeadlineHunt hunt = new DeadlineHunt(60_000_000);
        for (int round = 0; round < 400 && !hunt.sawBoth(); round++) {
            String own = ProcScan.newMarker();
            Result result = supervisor.run(Command.of("sh", "-c", "setsid sleep 60 & exec sleep 0.05")
                    .env(ProcScan.MARKER_VARIABLE, own)
                    .stdout(Output.discard())
                    .stderr(Output.discard())
                    .containment(Containment.TREE)
                    .stragglers(StragglerPolicy.LEAVE)
                    .timeout(Duration.ofNanos(hunt.timeoutNanos())));
            hunt.tell(result.cause() == Cause.TIMED_OUT);
            List<ProcScan.Info> left = new ArrayList<>();
            try {
                if (result.cause() == Cause.EXITED) {
                    exited++;
                    // Not at once: one that is in execve(2) cannot be seen for a moment.
                    if (!Eventually.within(Duration.ofSeconds(1), () -> left.addAll(ProcScan.withMarker(own)))) {
                        killed++;
                    } else {
                        eventually("it is not stopped", () -> ProcScan.of(
                                        left.getFirst().pid())
                                .map(info -> info.state() != 'T')
                                .orElse(false));
                    }
                } else {
                    eventually("all is dead", () -> ProcScan.withMarker(own).isEmpty());
                }
            } finally {
                left.forEach(info -> ProcessHandle.of(info.pid()).ifPresent(ProcessHandle::destroyForcibly));
            }
        }
        assertTrue(hunt.sawBoth(), hunt::toString);
        assertTrue(killed <= 1 + exited / 10, killed + " killed of " + exited);
    }
}
