package dev.leash.internal.contain;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.internal.engine.Engine;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.Ending;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.support.Children;
import dev.leash.support.DeadlineHunt;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Specs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One life of a run, once as on Linux 6.9 and later, once as before: whatever the kernel, the results are the same. */
@Timeout(60)
class ProcessGroupLifecycleTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final long SECOND = 1_000_000_000;
    private static final StopStep KILL = new StopStep(StopStep.SIGKILL, 0);

    private Engine engine;
    private Kernel simulated = Kernel.WITH_GROUP_SIGNAL;
    private final List<Run> runs = new ArrayList<>();

    enum Kernel {
        WITH_GROUP_SIGNAL,
        WITHOUT_GROUP_SIGNAL
    }

    @BeforeEach
    void open() throws Exception {
        engine = new Engine(
                "leash-lifecycle",
                false,
                0,
                spec -> (state, pid, pidfd) -> new ProcessGroup(pid, pidfd, simulated == Kernel.WITH_GROUP_SIGNAL));
    }

    @AfterEach
    void closeAndFindNoZombie() throws Exception {
        engine.shutdown();
        engine.awaitEnd();
        for (Run run : runs) {
            assertTrue(run.ending().isDone());
            assertTrue(ProcScan.of(run.pid()).isEmpty(), "the leader has been reaped");
            assertEquals(List.of(), ProcScan.group(run.pid()));
        }
    }

    private Run start(Kernel kernel, String line, long timeout, boolean leave, long drain, StopStep... plan)
            throws Exception {
        Assumptions.assumeTrue(
                kernel == Kernel.WITHOUT_GROUP_SIGNAL || KernelFeatures.PIDFD_GROUP_SIGNAL,
                "signals to a group by pidfd need Linux 6.9");
        simulated = kernel;
        Run run = engine.start(Specs.of(1 << 20, "sh", "-c", line)
                .timeoutNanos(timeout)
                .stopPlan(List.of(plan))
                .leaveStragglers(leave)
                .drainNanos(drain)
                .build());
        runs.add(run);
        return run;
    }

    private Ending run(Kernel kernel, String line, long timeout) throws Exception {
        return start(kernel, line, timeout, false, SECOND, KILL).ending().get();
    }

    private static String text(byte[] output) {
        return new String(output, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void exit(Kernel kernel) throws Exception {
        for (int code = 0; code < 60; code++) {
            Ending outcome = run(kernel, "echo out; echo err >&2; exit " + code, 30 * SECOND);
            assertEquals(Cause.EXITED, outcome.cause());
            assertFalse(outcome.exit().signaled());
            assertEquals(code, outcome.exit().code());
            assertEquals("out\n", text(outcome.captured(1)));
            assertEquals("err\n", text(outcome.captured(2)));
            assertTrue(outcome.outputComplete());
            assertEquals(0, outcome.stragglersKilled());
        }
        assertTrue(run(kernel, "head -c 1000000 /dev/zero | cksum", 30 * SECOND)
                        .exit()
                        .minorFaults()
                > 0);
    }

    @ParameterizedTest
    @EnumSource
    void timeout(Kernel kernel) throws Exception {
        Ending outcome = run(kernel, "echo out; sleep 60 & sleep 60", 5 * SECOND);
        assertEquals(Cause.TIMED_OUT, outcome.cause());
        assertEquals(StopStep.SIGKILL, outcome.exit().signal());
        assertEquals("out\n", text(outcome.captured(1)));
        assertTrue(outcome.outputComplete());
        assertTrue(outcome.wallNanos() >= 5 * SECOND);
        assertEquals(1, outcome.stopSteps().size());
    }

    @ParameterizedTest
    @EnumSource
    void exitInTheMomentOfTheDeadline(Kernel kernel) throws Exception {
        DeadlineHunt hunt = new DeadlineHunt(12_000_000);
        for (int round = 0; round < 150; round++) {
            Ending outcome = run(kernel, "sleep 0.01; exit 3", hunt.timeoutNanos());
            if (outcome.cause() == Cause.EXITED) {
                assertEquals(3 << 8, outcome.exit().waitStatus());
                assertEquals(List.of(), outcome.stopSteps());

            } else {
                assertEquals(Cause.TIMED_OUT, outcome.cause());
                assertEquals(StopStep.SIGKILL, outcome.exit().signal());
            }
            hunt.tell(outcome.cause() == Cause.TIMED_OUT);
        }
        assertTrue(hunt.sawBoth(), hunt::toString);
    }

    /** As timeout -s 0 has it: nothing is sent at the deadline, which counts all the same. */
    @ParameterizedTest
    @EnumSource
    void stepWithoutASignalIsAStep(Kernel kernel, @TempDir Path directory) throws Exception {
        StopStep none = new StopStep(0, 60 * SECOND);
        Path go = directory.resolve("go");
        String line = "until [ -e " + go + " ]; do sleep 0.01; done; exit 3";
        Run run = start(kernel, line, SECOND / 20, false, SECOND, none, KILL);
        // Timers fire in their order, and so come the verdicts: it does not exit before its deadline is decided on.
        CountDownLatch deadlineCame = new CountDownLatch(1);
        EventLoop loop = engine.loop();
        loop.execute(() -> loop.scheduleAfter(SECOND / 10, () -> loop.whenCaughtUp(deadlineCame::countDown)));
        deadlineCame.await();
        Files.createFile(go);
        Ending exits = run.ending().get();
        assertEquals(Cause.TIMED_OUT, exits.cause());
        assertEquals(3, exits.exit().code());
        assertEquals(List.of(), exits.stopSteps());
        Ending killed = start(kernel, "sleep 60", SECOND / 20, false, SECOND, new StopStep(0, SECOND / 20), KILL)
                .ending()
                .get();
        assertEquals(Cause.TIMED_OUT, killed.cause());
        assertEquals(9, killed.exit().signal());
        assertEquals(1, killed.stopSteps().size());
    }

    @ParameterizedTest
    @EnumSource
    void stragglersAreKilledAndCounted(Kernel kernel) throws Exception {
        Ending outcome = run(kernel, "sleep 60 & sleep 60 & sleep 60 & echo GO; exit 5", 30 * SECOND);
        assertEquals(Cause.EXITED, outcome.cause());
        assertEquals(5, outcome.exit().code());
        assertEquals(3, outcome.stragglersKilled());
        assertEquals("GO\n", text(outcome.captured(1)));
        assertTrue(outcome.outputComplete());
        assertEquals(0, outcome.leftAlive().size());
    }

    @ParameterizedTest
    @EnumSource
    void stragglersAreLeft(Kernel kernel) throws Exception {
        Run run = start(kernel, "sleep 60 & echo $!; exit 0", 30 * SECOND, true, SECOND / 5, KILL);
        Ending outcome = run.ending().get();
        int left = Integer.parseInt(text(outcome.captured(1)).strip());
        assertEquals(Cause.EXITED, outcome.cause());
        assertFalse(outcome.outputComplete());
        assertTrue(ProcScan.alive(left));
        assertTrue(ProcScan.of(run.pid()).isEmpty(), "reaped though its group lives");
        assertFalse(
                run.requests().signal(StopStep.SIGKILL).get().reached(), "too late: the group may be somebody else's");
        assertTrue(ProcScan.alive(left));
        ProcessHandle.of(left).ifPresent(ProcessHandle::destroyForcibly);
        eventually("it is dead", () -> !ProcScan.alive(left));
    }

    /** Before Linux 6.9 the leader has to stay a zombie as long as its group may be signalled: it pins the number. */
    @ParameterizedTest
    @EnumSource
    void leaderPinsTheGroupWhileMembersHaveTimeToEnd(Kernel kernel) throws Exception {
        Run run = start(
                kernel,
                Children.path("members-ignore-term") + " 3 & exec sleep 60",
                Long.MAX_VALUE,
                false,
                SECOND,
                new StopStep(15, Long.MAX_VALUE),
                KILL);
        eventually("the members ignore TERM", () -> ProcScan.sleepers(run.pid()) == 5);
        run.requestStop(Cause.CANCELLED);
        eventually("the leader is dead", () -> !ProcScan.alive(run.pid()));
        if (kernel == Kernel.WITHOUT_GROUP_SIGNAL) {
            assertEquals('Z', ProcScan.state(run.pid()));
            assertFalse(run.ending().isDone());
        }
        eventually("three are left", () -> ProcScan.group(run.pid()).size() == 3);
        run.requestStop(Cause.CANCELLED, List.of(KILL));
        Ending outcome = run.ending().get();
        assertEquals(Cause.CANCELLED, outcome.cause());
        assertEquals(15, outcome.exit().signal());
        assertEquals(2, outcome.stopSteps().size());
        assertEquals(3, outcome.stragglersKilled());
    }

    @ParameterizedTest
    @EnumSource
    void killWhileMembersFork(Kernel kernel) throws Exception {
        for (int round = 0; round < 5; round++) {
            Run run = start(kernel, Children.path("forks-on-and-on") + " & wait", 30 * SECOND, false, SECOND, KILL);
            eventually("it forks", () -> ProcScan.group(run.pid()).size() >= 4);
            run.requestStop(Cause.CANCELLED);
            assertEquals(StopStep.SIGKILL, run.ending().get().exit().signal());
            assertEquals(List.of(), ProcScan.group(run.pid()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyAtOnce(Kernel kernel) throws Exception {
        List<Run> many = new ArrayList<>();
        for (int index = 0; index < 60; index++) {
            many.add(
                    index % 3 == 0
                            ? start(kernel, "sleep 60 & sleep 60", SECOND / 10, false, SECOND, KILL)
                            : start(kernel, "sleep 60 & exit " + index, 30 * SECOND, false, SECOND, KILL));
        }
        for (int index = 0; index < many.size(); index++) {
            Ending outcome = many.get(index).ending().get();
            if (index % 3 == 0) {
                assertEquals(StopStep.SIGKILL, outcome.exit().signal());
            } else {
                assertEquals(index, outcome.exit().code());
                assertEquals(1, outcome.stragglersKilled());
            }
        }
    }
}
