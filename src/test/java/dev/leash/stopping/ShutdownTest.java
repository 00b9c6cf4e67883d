package dev.leash.stopping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Supervisor;
import dev.leash.forked.Jvm;
import dev.leash.forked.Shutdown;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The children end with the JVM, and the JVM is not kept from its end. What is left is found by a marker it inherits. */
@Timeout(90)
class ShutdownTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final long SECOND = 1_000_000_000L;

    /** A JVM ends in a fraction of it, and what it could wait for lasts five minutes. */
    private static final long MOMENT = 5 * SECOND;

    @TempDir
    Path temp;

    private final String marker = ProcScan.newMarker();

    @AfterEach
    void killWhatIsLeft() {
        for (ProcScan.Info left : left()) {
            ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exit",
                "exit in a callback",
                "exit in a consumer",
                "exit on the loop",
                "exit on the loop, unguarded"
            })
    void anExitTakesARunAndItsWholeGroupWithIt(String way) throws Exception {
        Jvm.Ended ended = jvm(way).run();
        assertEquals(List.of(), left());
        assertEquals(7, ended.exit(), ended.toString());
        assertEquals("", ended.err());
    }

    /** With the grace of two seconds that the stop plan gives. */
    @ParameterizedTest
    @CsvSource({"TERM, 15", "INT, 2", "HUP, 1"})
    void aSignalToTheJvmStopsTheRunsByTheirPlans(String name, int number) throws Exception {
        Skip.unless(!isIgnored(number), "this process ignores " + name + ", as under nohup, and so will its children");
        try (Jvm.Running jvm = jvm("signal").start()) {
            Eventually.eventually("the children are ready", () -> jvm.out().startsWith("ready\n"));
            long pid = jvm.process().pid();
            long start = System.nanoTime();
            assertEquals(
                    0,
                    new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                            .start()
                            .waitFor());
            Jvm.Ended ended = jvm.await();
            long took = System.nanoTime() - start;
            assertEquals(List.of(), left());
            assertEquals(128 + number, ended.exit(), ended.toString());
            assertTrue(took > 2 * SECOND, "no grace: " + took);
            assertTrue(took < 2 * SECOND + MOMENT, "took " + took);
            assertTrue(ended.out().contains("CLOSED exit code 3 bye\n"), ended.out());
        }
    }

    private static boolean isIgnored(int signal) throws IOException {
        return (ProcScan.signals(ProcScan.self(), "SigIgn") & 1L << (signal - 1)) != 0;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main returns",
                "main returns after a timeout",
                "main returns with a run in progress",
                "main returns closed"
            })
    void whenMainReturnsTheJvmEndsAtOnce(String way) throws Exception {
        try (Jvm.Running jvm = jvm(way).start()) {
            Jvm.Ended ended = jvm.await();
            long end = System.nanoTime();
            assertEquals(0, ended.exit(), ended.toString());
            assertEquals("", ended.err());
            long returned = Long.parseLong(ended.out().replaceAll("\\D", ""));
            assertTrue(end - returned < MOMENT, "took " + (end - returned));
            // Who left the group and the session is not caught by it, and was not waited for.
            boolean escaped = way.endsWith("timeout");
            assertEquals(escaped ? 1 : 0, left().size(), () -> left().toString());
        }
    }

    @RepeatedTest(3)
    void anExitWhileFiftyThreadsAreStartingRunsLeavesNothing() throws Exception {
        Jvm.Ended ended = jvm("storm").run();
        assertEquals(List.of(), left());
        assertEquals(0, ended.exit(), ended.toString());
        assertEquals("", ended.err());
    }

    /** PR_SET_PDEATHSIG, which others use, would fire when the thread ends and not when the JVM does. */
    @Test
    void theEndOfTheThreadThatStartedARunIsNotTheEndOfTheRun() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            FutureTask<Child> start = new FutureTask<>(
                    () -> supervisor.start(Command.of("cat", "/dev/zero").stdout(Output.discard())));
            Thread thread = Thread.ofPlatform().start(start);
            thread.join();
            Child child = start.get();
            assertTrue(child.await(Duration.ofMillis(50)).isEmpty());
            assertTrue(ProcScan.alive(child.pid()));
            child.kill();
            assertEquals(Cause.CANCELLED, child.await().cause());
        }
    }

    @Test
    void withoutTheHookARunGoesOn() throws Exception {
        Jvm.Ended ended = jvm("no hook").run();
        assertEquals(0, ended.exit(), ended.toString());
        Eventually.eventually("it runs", () -> left().size() == 1);
    }

    @Test
    void aThousandSupervisorsLeaveNoMemoryAndNoThread() throws Exception {
        Jvm.Ended ended = jvm("supervisors").run();
        assertEquals(0, ended.exit(), ended.toString());
        assertTrue(ended.out().startsWith("grown by "), ended.out());
    }

    /** The shutdown hook would keep it, and all that it refers to. */
    @Test
    void aClosedSupervisorCanBeCollected() throws Exception {
        WeakReference<Supervisor> reference = openAndClose();
        Eventually.eventually("the supervisor is collected", () -> {
            System.gc();
            return reference.refersTo(null);
        });
        Eventually.eventually("its thread has ended", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("collected")));
    }

    private static WeakReference<Supervisor> openAndClose() throws Exception {
        try (Supervisor supervisor = Supervisor.builder().name("collected").create()) {
            supervisor.run(Command.of("true")).orThrow();
            return new WeakReference<>(supervisor);
        }
    }

    private Jvm jvm(String way) {
        return Jvm.of(temp, Shutdown.class, way).env(ProcScan.MARKER_VARIABLE, marker);
    }

    private List<ProcScan.Info> left() {
        return ProcScan.withMarker(marker);
    }
}
