package dev.leash.stopping;

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
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;
import dev.leash.forked.Jvm;
import dev.leash.forked.Paused;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that is paused stands still, whatever happens to it meanwhile. */
@Timeout(60)
class PauseTest extends RunsCommands {
    private static final StopPlan PATIENT =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(40)).kill();

    @TempDir
    Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    /** Two processes, of which each adds to the log all the time, until the first gets TERM. */
    private Command writers() {
        String writes = "while :; do echo x >>" + log() + "; sleep 0.01; done";
        return sh("trap 'exit 7' TERM; (trap - TERM; " + writes + ") & " + writes)
                .stopPlan(PATIENT);
    }

    private Child started(Command command, Containment containment) throws IOException {
        if (containment == Containment.CGROUP) {
            Skip.unless(
                    Containment.obstacle().isEmpty(),
                    "no cgroup can be made here: " + Containment.obstacle().orElse(""));
        }
        return start(command.containment(containment));
    }

    private long written() throws IOException {
        return Files.exists(log()) ? Files.size(log()) : 0;
    }

    private void assertWrites() throws IOException {
        long before = written();
        eventually("it writes", () -> written() > before);
    }

    private void assertStandsStill(Child child, Containment containment) throws Exception {
        if (containment == Containment.CGROUP) {
            assertTrue(Files.readString(cgroup(child).resolve("cgroup.events")).contains("frozen 1"));
        } else {
            // A shell that was just starting a program by vfork(2) waits, in state D, for that process, which is
            // stopped. One that waits for the disk is in state D, too, and would still write.
            eventually("all are stopped", () -> alive().stream()
                    .allMatch(one -> one.state() == 'T' || waitsForAStoppedChild(one)));
        }
        long before = written();
        Thread.sleep(200);
        assertEquals(before, written(), "it has written while it was paused");
    }

    private static boolean waitsForAStoppedChild(ProcScan.Info process) {
        return process.state() == 'D'
                && ProcScan.all().stream().anyMatch(info -> info.ppid() == process.pid() && info.state() == 'T');
    }

    private static Path cgroup(Child child) throws IOException {
        String mount = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> line.split(" ", -1)[4])
                .findFirst()
                .orElseThrow();
        String own = Files.readAllLines(Path.of("/proc/" + child.pid() + "/cgroup")).stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring(3))
                .findFirst()
                .orElseThrow();
        return Path.of(mount + own);
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void pausedRunStandsStillUntilItIsResumed(Containment containment) throws Exception {
        Child child = started(writers(), containment);
        for (int round = 0; round < 3; round++) {
            assertWrites();
            assertTrue(child.pause());
            assertTrue(child.pause(), "twice is once");
            assertStandsStill(child, containment);
            assertTrue(child.resume());
        }
        assertWrites();
        child.kill();
        assertTrue(killed(checked(child.await())));
    }

    /** Its cgroup is removed meanwhile. */
    @ParameterizedTest
    @EnumSource(Containment.class)
    void runThatIsJustEndingRefusesNothing(Containment containment) throws Exception {
        for (int round = 0; round < 20; round++) {
            Child child = started(Command.shell("sleep 0.02; :"), containment);
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Callable<Void> resumes = () -> {
                    while (child.isRunning()) {
                        boolean ignored = child.resume();
                    }
                    assertFalse(child.resume());
                    return null;
                };
                for (Future<Void> done : threads.invokeAll(List.of(resumes, resumes))) {
                    done.get();
                }
            }
            assertTrue(checked(child.await()).succeeded());
        }
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void continueSignalEndsThePauseToo(Containment containment) throws Exception {
        Child child = started(writers(), containment);
        assertWrites();
        assertTrue(child.pause());
        assertStandsStill(child, containment);
        assertTrue(child.signal(Signal.CONT));
        assertWrites();
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void deadlineGoesOnAndThePlansSignalIsActedOn(Containment containment) throws Exception {
        Child child = started(writers().timeout(millis(3_000)), containment);
        assertWrites();
        assertTrue(child.pause());
        Result result = checked(child.await());
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(new ExitStatus.Exited(7), result.status(), result::toString);
        assertFalse(child.pause(), "it has ended");
        assertFalse(child.resume());
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void stopContinuesItAndKillDoesNotNeedTo(Containment containment) throws Exception {
        Child stopped = started(writers(), containment);
        assertWrites();
        assertTrue(stopped.pause());
        stopped.stop();
        assertEquals(new ExitStatus.Exited(7), checked(stopped.await()).status());
        Child killed = started(writers(), containment);
        assertWrites();
        assertTrue(killed.pause());
        killed.kill();
        assertTrue(killed(checked(killed.await())));
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void closeEndsIt(Containment containment) throws Exception {
        Child child = started(writers(), containment);
        assertWrites();
        assertTrue(child.pause());
        supervisor.close();
        Result result = checked(child.await());
        assertEquals(Cause.CLOSED, result.cause());
        assertEquals(new ExitStatus.Exited(7), result.status());
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void runThatIsBeingStoppedIsNotPaused(Containment containment) throws Exception {
        Path ready = directory.resolve("ready");
        Child child = started(
                sh("trap 'while [ ! -e " + log() + " ]; do sleep 0.01; done; exit 9' TERM; touch " + ready
                                + "; while :; do sleep 0.01; done")
                        .stopPlan(PATIENT),
                containment);
        eventually("it has its trap", () -> Files.exists(ready));
        child.stop();
        assertFalse(child.pause());
        Files.createFile(log());
        assertEquals(new ExitStatus.Exited(9), checked(child.await()).status());
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void timeWithoutOutputDoesNotGoOnMeanwhile(Containment containment) throws Exception {
        Child child = started(sh("echo x; exec sleep 600").idleTimeout(millis(5_000)), containment);
        assertTrue(child.pause());
        Thread.sleep(6_000);
        assertTrue(child.isRunning());
        long resumed = System.nanoTime();
        assertTrue(child.resume());
        assertEquals(Cause.IDLE, checked(child.await()).cause());
        assertAtLeast(millis(5_000), Duration.ofNanos(System.nanoTime() - resumed));
    }

    /** Not a GROUP: when one with stopped processes is orphaned, the kernel sends it HUP and CONT itself. */
    @ParameterizedTest
    @EnumSource(value = Containment.class, mode = EnumSource.Mode.EXCLUDE, names = "GROUP")
    void whatIsToBeLeftGoesOnWhenTheProgramIsGone(Containment containment) throws Exception {
        String writes = "while :; do echo x >>" + log() + "; sleep 0.01; done";
        Child child =
                started(sh("setsid sh -c '" + writes + "' & wait; :").stragglers(StragglerPolicy.LEAVE), containment);
        assertWrites();
        assertTrue(child.pause());
        assertStandsStill(child, containment);
        assertTrue(child.toHandle().orElseThrow().destroyForcibly());
        child.await();
        assertWrites();
        killEscaped();
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void jvmThatIsKilledTakesItAlong(Containment containment) throws Exception {
        if (containment == Containment.CGROUP) {
            Skip.unless(Containment.obstacle().isEmpty(), "no cgroup can be made here");
        }
        try (Jvm.Running jvm =
                Jvm.of(directory, Paused.class, marker, containment.name()).start()) {
            eventually("paused", () -> jvm.out().contains("paused"));
            assertTrue(alive().size() >= 1);
            jvm.process().destroyForcibly().waitFor();
            eventually("nothing is left", () -> alive().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void handlerOnTheLoopMayDoItAndDoesNotWait(Containment containment) throws Exception {
        CompletableFuture<Child> known = new CompletableFuture<>();
        AtomicReference<Boolean> paused = new AtomicReference<>();
        Child child = started(
                sh("read go; while :; do echo x >>" + log() + "; echo x; sleep 0.01; done")
                        .stdin(Stdin.pipe())
                        .stdout(Output.onLoop(bytes -> {
                            if (paused.get() == null) {
                                paused.set(known.join().pause());
                            }
                        })),
                containment);
        known.complete(child);
        child.stdin().close();
        eventually("it was paused", () -> paused.get() != null);
        assertTrue(paused.get());
        eventually("and stands still", () -> {
            long before = written();
            Thread.sleep(200);
            return written() == before;
        });
        assertTrue(child.resume());
        assertWrites();
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void manyThreadsMayDoIt(Containment containment) throws Exception {
        Child child = started(writers(), containment);
        assertWrites();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int number = 0; number < 40; number++) {
                calls.add(number % 2 == 0 ? child::pause : child::resume);
            }
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                call.get();
            }
        }
        assertTrue(child.resume());
        assertWrites();
        assertTrue(child.pause());
        assertStandsStill(child, containment);
    }

    /** What they wait for does not come any more when the loop has ended. */
    @ParameterizedTest
    @EnumSource(Containment.class)
    void threadsThatPauseAreReleasedByAClose(Containment containment) throws Exception {
        for (int round = 0; round < 40; round++) {
            Child child = started(Command.of("sleep", "600"), containment);
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                List<Future<?>> pausing = new ArrayList<>();
                for (int thread = 0; thread < 2; thread++) {
                    pausing.add(threads.submit(() -> {
                        while (child.pause()) {
                            child.resume();
                        }
                    }));
                }
                supervisor.close();
                for (Future<?> one : pausing) {
                    one.get(20, TimeUnit.SECONDS);
                }
            }
            assertFalse(child.pause());
            supervisor = Supervisor.create();
        }
    }

    @Test
    void runThatHasEndedSaysSo() throws Exception {
        Child child = start(sh("exit 3"));
        assertExited(3, checked(child.await()));
        assertFalse(child.pause());
        assertFalse(child.resume());
    }

    @Test
    void pipelineIsPausedAsAWhole() throws Exception {
        Child child = start(sh("while :; do echo x; sleep 0.01; done").pipeTo(sh("cat >>" + log())));
        assertWrites();
        assertTrue(child.pause());
        assertStandsStill(child, Containment.GROUP);
        assertTrue(child.resume());
        assertWrites();
    }
}
