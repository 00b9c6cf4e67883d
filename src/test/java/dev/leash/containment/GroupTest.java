package dev.leash.containment;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.StragglerPolicy;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G1: nothing outlives its run; G4: and nobody else is hit. */
@Timeout(60)
class GroupTest extends RunsCommands {
    @Test
    void childLeadsAGroupOfItsOwnFromItsFirstInstruction() throws Exception {
        Result result = run(sh("cut -d' ' -f1,5 /proc/self/stat; echo $$"));
        String[] lines = result.stdout().split("\n", -1);
        assertEquals(Long.toString(result.pid()), lines[1]);
        assertTrue(lines[0].endsWith(" " + lines[1]), "the group of a member is the leader's pid: " + lines[0]);

        for (int round = 0; round < 20; round++) {
            Child child = start(Command.of("sleep", "60"));
            assertEquals(child.pid(), ProcScan.of(child.pid()).orElseThrow().pgrp());
            child.kill();
            checked(child.await());
        }
    }

    @Test
    void jvmIsNeverInTheKilledGroup() throws Exception {
        int own = ProcScan.of(ProcScan.self()).orElseThrow().pgrp();
        Child bystander = start(Command.of("sleep", "60"));
        Child child = start(sh("sleep 60 & sleep 60 & wait"));
        assertNotEquals(own, ProcScan.of(child.pid()).orElseThrow().pgrp());
        eventually("all three", () -> ProcScan.group((int) child.pid()).size() == 3);
        child.kill();
        checked(child.await());
        assertTrue(bystander.isRunning());
        assertTrue(ProcScan.alive(bystander.pid()));
    }

    /** The leader goes over into the JVM's group: whoever signals "the group of the child" then kills himself. */
    @Test
    void leaderThatMovesIntoTheJvmsGroupDiesAlone() throws Exception {
        assumePerl();
        int own = Skip.unlessTheGroupOfTheJvmCanBeJoined();
        int session = ProcScan.of(ProcScan.self()).orElseThrow().session();
        Child child =
                start(Command.of("perl", "-e", "setpgrp(0, " + own + ") or exit 9; $|=1; print 'moved'; sleep 60;"));
        assertEquals(session, ProcScan.of(child.pid()).orElseThrow().session());
        eventually("it has moved", () -> ProcScan.of(child.pid()).orElseThrow().pgrp() == own);
        child.kill();
        assertTrue(killed(checked(child.await())));
        assertFalse(ProcScan.alive(child.pid()));
    }

    @Test
    void leaderThatMovedAwayIsStillAskedPolitelyFirst() throws Exception {
        assumePerl();
        int own = Skip.unlessTheGroupOfTheJvmCanBeJoined();
        Child child = start(Command.of("perl", "-e", "setpgrp(0, " + own + "); sleep 60;"));
        eventually("it has moved", () -> ProcScan.of(child.pid()).orElseThrow().pgrp() == own);
        child.stop(StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(30)).kill());
        Result result = checked(child.await());
        assertEquals(Cause.CANCELLED, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
    }

    @Test
    void groupOfFiftyDiesWithItsLeader() throws Exception {
        Child child = start(Command.of(Children.path("group-of"), "50"));
        eventually("all are there", () -> ProcScan.group((int) child.pid()).size() == 51);
        child.kill();
        Result result = checked(child.await());
        assertEquals(List.of(), ProcScan.group((int) child.pid()));
        assertEquals(Cause.CANCELLED, result.cause());
        assertTrue(killed(result));
        assertTrue(result.outputComplete());
    }

    @Test
    void grandchildrenDieWithTheRun() throws Exception {
        Child child = start(sh("sh -c 'sh -c \"sleep 60; :\"; :'; :"));
        eventually("four generations", () -> ProcScan.group((int) child.pid()).size() == 4);
        child.kill();
        checked(child.await());
        assertEquals(List.of(), alive());
    }

    @Test
    void scriptWhoseLastLineSleepsDiesWithItsSleep(@TempDir Path directory) throws Exception {
        Path script = Files.writeString(directory.resolve("script"), "echo before\nsleep 60");
        Result result = run(Command.of("sh", script.toString()).timeout(millis(3000)));
        assertTimedOutAndKilled(result);
        assertEquals("before\n", result.stdout());
        assertEquals(List.of(), alive());
    }

    @Test
    void childThatForksWhileItIsKilledLeavesNobody() throws Exception {
        for (int round = 0; round < 10; round++) {
            Child child = start(Command.of(Children.path("forks-on-and-on")));
            eventually("it forks", () -> ProcScan.group((int) child.pid()).size() >= 3);
            child.kill();
            checked(child.await());
            assertEquals(List.of(), alive());
        }
    }

    @Test
    void orphansThatForkWhileTheyAreKilledLeaveNobody() throws Exception {
        for (int round = 0; round < 5; round++) {
            Result result = run(sh(Children.path("forks-on-and-on") + " & " + Children.path("forks-on-and-on")
                    + " & sleep 0.05; exit 4"));
            assertExited(4, result);
            assertTrue(result.stragglersKilled() >= 2, () -> "killed " + result.stragglersKilled());
            assertEquals(List.of(), alive());
        }
    }

    @Test
    void stragglersAreKilledAndCounted() throws Exception {
        Result result = run(sh("sleep 60 & sleep 60 & sleep 60 & echo GO; exit 0"));
        assertExited(0, result);
        assertEquals("GO\n", result.stdout());
        assertEquals(3, result.stragglersKilled());
        assertTrue(result.outputComplete(), "nobody holds the pipe any more");
        assertEquals(List.of(), alive());
        assertTrue(result.stopSteps().isEmpty());
    }

    @Test
    void stragglersThatIgnoreEverythingAreKilled() throws Exception {
        Result result = run(sh("trap '' TERM HUP INT QUIT; sleep 60 & exit 0"));
        assertExited(0, result);
        assertEquals(1, result.stragglersKilled());
        assertEquals(List.of(), alive());
    }

    @Test
    void stoppedStragglersAreKilled() throws Exception {
        Result result = run(sh("sleep 60 & kill -STOP $!; exit 0"));
        assertExited(0, result);
        // Perhaps none: the kernel sends HUP and CONT to a group with stopped members when its leader's exit orphans
        // it.
        assertTrue(result.stragglersKilled() <= 1);
        assertEquals(List.of(), alive());
    }

    @Test
    void cleanRunHasNoStragglers() throws Exception {
        Result result = run(sh("sleep 0.01 & sleep 0.01; wait"));
        assertExited(0, result);
        assertEquals(0, result.stragglersKilled());
    }

    @Test
    void stragglersThatAreLeftLiveOn() throws Exception {
        long start = System.nanoTime();
        Result result = run(sh("sleep 60 & echo GO; exit 0")
                .stragglers(StragglerPolicy.LEAVE)
                .drainTime(millis(300)));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertExited(0, result);
        assertEquals("GO\n", result.stdout());
        assertFalse(result.outputComplete());
        assertEquals(0, result.stragglersKilled());
        assertAtLeast(millis(300), took);
        assertAtMost(Duration.ofSeconds(5), took);
        eventually("the sleep lives, and nobody else", () -> alive().size() == 1 && sleepers() == 1);
        killEscaped();
    }

    @Test
    void stragglersThatHoldNoOutputAreLeftWithoutADrain() throws Exception {
        long start = System.nanoTime();
        Result result = run(sh("sleep 60 >/dev/null 2>&1 & echo GO")
                .stragglers(StragglerPolicy.LEAVE)
                .drainTime(Duration.ofSeconds(50)));
        assertAtMost(Duration.ofSeconds(20), Duration.ofNanos(System.nanoTime() - start));
        assertExited(0, result);
        assertTrue(result.outputComplete());
        eventually("the sleep lives, and nobody else", () -> alive().size() == 1 && sleepers() == 1);
        killEscaped();
    }

    @Test
    void outputOfStragglersThatAreLeftIsReadForTheDrainTime() throws Exception {
        Result result = run(sh("echo GO; (sleep 0.2; echo late) &")
                .stragglers(StragglerPolicy.LEAVE)
                .drainTime(Duration.ofSeconds(30)));
        assertExited(0, result);
        assertEquals("GO\nlate\n", result.stdout());
        assertTrue(result.outputComplete());
    }

    /** The scan for stragglers must not depend on threads that others may keep busy. */
    @Test
    void stragglersDieThoughEveryCarrierThreadIsBusy() throws Exception {
        CountDownLatch busy = new CountDownLatch(Runtime.getRuntime().availableProcessors());
        AtomicBoolean go = new AtomicBoolean(true);
        List<Thread> hogs = new ArrayList<>();
        for (long count = busy.getCount(); count > 0; count--) {
            hogs.add(Thread.ofVirtual().start(() -> {
                busy.countDown();
                while (go.get()) {
                    Thread.onSpinWait();
                }
            }));
        }
        Result result;
        try {
            busy.await();
            result = run(sh("sleep 60 & exit 0").drainTime(millis(500)));
            assertEquals(List.of(), alive());
        } finally {
            go.set(false);
            for (Thread hog : hogs) {
                hog.join();
            }
        }
        assertExited(0, result);
        assertEquals(1, result.stragglersKilled());
    }

    /** Its main thread has ended and others go on: /proc shows it as a zombie, and it is none. */
    @Test
    void stragglerWithoutItsMainThreadIsKilled(@TempDir Path directory) throws Exception {
        Path source = Files.writeString(directory.resolve("headless.c"), """
                #include <pthread.h>
                #include <unistd.h>
                static void *work(void *arg) { sleep(60); return arg; }
                int main(void) {
                    pthread_t thread;
                    pthread_create(&thread, 0, work, 0);
                    pthread_exit(0);
                }
                """);
        Path program = directory.resolve("headless");
        try {
            Result compiled = run(Command.of("cc", "-pthread", "-o", program.toString(), source.toString()));
            Assumptions.assumeTrue(compiled.succeeded(), () -> "cc cannot compile: " + compiled.stderr());
        } catch (SpawnException e) {
            Assumptions.abort(e.getMessage());
        }
        // The shell waits until its child has lost its main thread.
        Result result = run(sh(program + " & until grep -q '^State:.Z' /proc/$!/status; do sleep 0.01; done; echo $!"));
        assertExited(0, result);
        int pid = Integer.parseInt(result.stdout().strip());
        try {
            assertEquals(1, result.stragglersKilled());
            assertTrue(result.outputComplete());
            assertEquals(List.of(), threads(pid));
        } finally {
            // Whatever was found: leave nothing behind. Its environment is not readable, so it has to be by number.
            if (!threads(pid).isEmpty()) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    /** The threads of a process that are alive. */
    private static List<String> threads(int pid) throws Exception {
        List<String> threads = new ArrayList<>();
        Path tasks = Path.of("/proc/" + pid + "/task");
        if (Files.exists(tasks)) {
            try (var entries = Files.newDirectoryStream(tasks)) {
                for (Path entry : entries) {
                    if (!Files.readString(entry.resolve("stat")).contains(") Z ")) {
                        threads.add(entry.getFileName().toString());
                    }
                }
            } catch (java.io.IOException | java.nio.file.DirectoryIteratorException e) {
                return List.of(); // it has just gone
            }
        }
        return threads;
    }

    private static void assumePerl() {
        if (!Files.isExecutable(Path.of("/usr/bin/perl"))) {
            Assumptions.abort("leaving one's group takes perl, which is not here");
        }
    }
}
