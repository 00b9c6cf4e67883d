package dev.leash.internal.engine;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.SpawnException;
import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Specs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine starts, counts, refuses and ends. What it does when a thread is hit by an Error is in LaunchTest. */
@Timeout(60)
class EngineTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int SIGTERM = 15;
    private static final long MINUTE = 60_000_000_000L;

    /** What the containments of all starts have acquired, and given back. */
    private final AtomicInteger held = new AtomicInteger();

    private final AtomicInteger prepared = new AtomicInteger();
    private volatile boolean refuses;
    private volatile boolean fails;
    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        engine = new Engine("leash-engine", false, 2, this::acquire);
    }

    @AfterEach
    void close() throws Exception {
        engine.shutdown();
        engine.awaitEnd();
        assertEquals(0, engine.meter().liveCount());
        assertEquals(0, held.get(), "what was acquired is given back");
    }

    /** For each start, when it has its permit. */
    private ProcessSet.Factory acquire(RunSpec spec) throws IOException {
        if (refuses) {
            throw new IOException("no room");
        }
        prepared.incrementAndGet();
        held.incrementAndGet();
        return new ProcessSet.Factory() {
            @Override
            public ProcessSet of(CallState state, int pid, int pidfd) {
                if (fails) {
                    throw new IllegalStateException("on purpose");
                }
                held.decrementAndGet(); // from now on it is the run's
                return ProcessGroup.FACTORY.of(state, pid, pidfd);
            }

            @Override
            public void abandon(CallState state) {
                held.decrementAndGet();
            }
        };
    }

    private static RunSpec spec(String... words) {
        return RunSpec.of(Specs.program(1_000, words).build())
                .stopPlan(List.of(new StopStep(SIGTERM, MINUTE), new StopStep(StopStep.SIGKILL, 0)))
                .drainNanos(MINUTE)
                .build();
    }

    @Test
    void aClosedEngineRefusesAndAcquiresNothing() throws Exception {
        engine.shutdown();
        assertTrue(engine.isClosed());
        for (int round = 0; round < 20; round++) {
            assertThrows(RejectedExecutionException.class, () -> engine.start(spec("true")));
            assertThrows(RejectedExecutionException.class, () -> engine.startAndAwait(spec("true"), Run::await));
        }
        assertEquals(0, prepared.get());
        assertEquals(0, engine.meter().startedCount());
        engine.awaitEnd();
        RejectedExecutionException refused =
                assertThrows(RejectedExecutionException.class, () -> engine.start(spec("true")));
        assertEquals("the supervisor is closed", refused.getMessage());
    }

    @Test
    void aStartThatFailsGivesBackWhatItHasAcquired() {
        for (int round = 0; round < 10; round++) {
            assertThrows(SpawnException.class, () -> engine.start(spec("no-such-program")));
            assertThrows(SpawnException.class, () -> engine.startAndAwait(spec("no-such-program"), Run::await));
        }
        assertEquals(20, prepared.get());
        assertEquals(0, held.get());
        assertEquals(0, engine.meter().startedCount());
    }

    @Test
    void whatCannotBePreparedIsAFailureAndStartsNothing() {
        refuses = true;
        SpawnException failure = assertThrows(SpawnException.class, () -> engine.start(spec("true")));
        assertEquals(SpawnException.Kind.CONTAINMENT, failure.kind());
        assertTrue(failure.getMessage().contains("no room"), failure.getMessage());
    }

    @Test
    void programsWhoseProcessSetCannotBeMadeAreKilledAndAllIsGivenBack() {
        fails = true;
        assertThrows(IllegalStateException.class, () -> engine.start(spec("sleep", "600")));
        eventually("it is killed and reaped", () -> ProcScan.children().stream()
                .noneMatch(child -> child.name().equals("sleep")));
    }

    @Test
    void startedLiveAndTimedOutAreCounted() throws Exception {
        Run run = engine.start(spec("sleep", "600"));
        assertEquals(1, engine.meter().liveCount());
        run.requestStop(Cause.CANCELLED);
        assertEquals(Cause.CANCELLED, run.ending().get().cause());
        eventually("it is not live any more", () -> engine.meter().liveCount() == 0);
        assertEquals(
                Cause.EXITED, engine.startAndAwait(spec("true"), Run::await).cause());
        assertEquals(2, engine.meter().startedCount());
        assertEquals(0, engine.meter().timedOutCount());
    }

    @Test
    void shutdownStopsEachRunByItsPlan() throws Exception {
        List<Run> runs = new ArrayList<>();
        for (int index = 0; index < 10; index++) {
            runs.add(engine.start(spec("sleep", "600")));
        }
        engine.shutdown();
        engine.awaitEnd();
        for (Run run : runs) {
            assertTrue(run.ending().isDone());
            assertEquals(Cause.CLOSED, run.ending().get().cause());
            assertEquals(SIGTERM, run.ending().get().exit().signal());
        }
    }

    /** Whatever their plans say: each of these ignores the first step. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatStillRunsWhenTheTimeIsUpIsKilled(boolean byKill) throws Exception {
        Run run = engine.start(spec("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"));
        eventually("it ignores TERM", () -> (ProcScan.signals(run.pid(), "SigIgn") & 1L << (SIGTERM - 1)) != 0);
        engine.shutdown(byKill ? Long.MAX_VALUE : 1_000_000);
        if (byKill) {
            engine.kill();
        }
        engine.awaitEnd();
        assertEquals(StopStep.SIGKILL, run.ending().get().exit().signal());
    }

    /** A close that waited for itself would never end. */
    @Test
    void whoClosesOnTheLoopDoesNotWait() throws Exception {
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        Run run = engine.start(spec("sleep", "600"));
        engine.loop().execute(() -> {
            boolean was = engine.isOnLoop();
            engine.shutdown();
            try {
                engine.awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            onLoop.complete(was);
        });
        assertTrue(onLoop.get());
        assertFalse(engine.isOnLoop());
        engine.awaitEnd();
        assertTrue(run.ending().isDone());
    }

    @Test
    void closingWhileManyStartLeavesNothing() throws Exception {
        for (int round = 0; round < 10; round++) {
            Engine another = new Engine("leash-another", false, 1, this::acquire);
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> threads = new ArrayList<>();
            List<Run> runs = Collections.synchronizedList(new ArrayList<>());
            for (int number = 0; number < 4; number++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        while (!over.get()) {
                            runs.add(another.start(spec("sleep", "600")));
                        }
                    } catch (SpawnException e) {
                        throw new AssertionError(e);
                    } catch (RejectedExecutionException e) {
                        // It is closed.
                    }
                }));
            }
            eventually("some run", () -> runs.size() > 4);
            another.shutdown();
            another.awaitEnd();
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            for (Run run : runs) {
                assertTrue(ProcScan.of(run.pid()).isEmpty(), "it is gone");
            }
            assertEquals(0, another.meter().liveCount());
        }
        assertEquals(0, held.get());
    }

    @Test
    void shutdownTwiceIsOnce() throws Exception {
        engine.shutdown();
        engine.shutdown(0);
        engine.awaitEnd();
        engine.awaitEnd();
        assertTrue(engine.isClosed());
    }
}
