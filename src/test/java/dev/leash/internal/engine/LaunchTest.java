package dev.leash.internal.engine;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Containment;
import dev.leash.internal.contain.Cookie;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.contain.ProcessTree;
import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.ProcessSets;
import dev.leash.internal.sys.CallState;
import dev.leash.support.Children;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Specs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error on the way from a child to whoever asked for it leaves no child, no descriptor and no engine that hangs. */
@Timeout(60)
class LaunchTest {
    private static final long MINUTE = 60_000_000_000L;

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();
    private final Error error = new OutOfMemoryError("on purpose");
    private ProcessSets sets = ProcessSets.AS_SPECIFIED;
    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        engine = new Engine("leash-launch", true, 2, spec -> sets.prepare(spec));
    }

    /** It must return soon: nothing that was lost holds it up. */
    @AfterEach
    void close() throws Exception {
        engine.shutdown();
        engine.awaitEnd();
        assertEquals(List.of(), ProcScan.withMarker(marker));
        assertEquals(0, engine.meter().liveCount());
    }

    private RunSpec spec(int programs, Containment containment, String... words) {
        ProgramSpec stage = Specs.program(1000, words)
                .environment(ChildEnvironment.of(List.of(
                        "PATH=/usr/bin:/bin".getBytes(StandardCharsets.UTF_8),
                        (ProcScan.MARKER_VARIABLE + "=" + marker).getBytes(StandardCharsets.UTF_8))))
                .build();
        return RunSpec.of(Collections.nCopies(programs, stage))
                .timeoutNanos(MINUTE)
                .stopPlan(List.of(new StopStep(15, MINUTE), new StopStep(StopStep.SIGKILL, 0)))
                .drainNanos(MINUTE)
                .containment(containment)
                .build();
    }

    private RunSpec spec(int programs, String... words) {
        return spec(programs, Containment.GROUP, words);
    }

    private void assertNothingIsLeft() {
        eventually("all are dead and reaped", () -> ProcScan.children().stream()
                .noneMatch(info -> info.name().equals("sleep")));
        eventually("those besides", () -> ProcScan.withMarker(marker).isEmpty());
        eventually("nothing is live", () -> engine.meter().liveCount() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void runWhoseHandleCannotBeMadeIsKilled(int programs) {
        for (int round = 0; round < 20; round++) {
            assertSame(
                    error,
                    assertThrows(
                            OutOfMemoryError.class,
                            () -> engine.start(spec(programs, "sleep", "600"), Patience.Caller.PATIENT, run -> {
                                throw error;
                            })));
        }
        assertNothingIsLeft();
    }

    /** As where there is no heap to initialize a class: it is the remains' trouble, not that of the other runs. */
    @Test
    void remainsThatCannotBeGivenBackDoNotEndTheLoop() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        sets = spec -> new ProcessSet.Factory() {
            @Override
            public ProcessSet of(CallState state, int pid, int pidfd) {
                throw error;
            }

            @Override
            public void abandon(CallState state) {
                refused.incrementAndGet();
                throw new NoClassDefFoundError("on purpose");
            }
        };
        assertThrows(OutOfMemoryError.class, () -> engine.start(spec(1, "sleep", "600")));
        eventually("it was tried", () -> refused.get() == 1);
        assertNothingIsLeft();
        sets = ProcessSets.AS_SPECIFIED;
        assertEquals(0, engine.start(spec(1, "true")).await().exit().code());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void programsWhoseRunCannotBeMadeAreKilled(int programs) {
        sets = spec -> (state, pid, pidfd) -> {
            throw error;
        };
        for (int round = 0; round < 20; round++) {
            assertThrows(OutOfMemoryError.class, () -> engine.start(spec(programs, "sleep", "600")));
            assertThrows(
                    OutOfMemoryError.class, () -> engine.startAndAwait(spec(programs, "sleep", "600"), Run::await));
        }
        assertNothingIsLeft();
    }

    @Test
    void runThatIsWaitedForNoMoreIsKilled() {
        for (int round = 0; round < 20; round++) {
            assertThrows(
                    OutOfMemoryError.class,
                    () -> engine.startAndAwait(spec(1, "sleep", "600"), run -> {
                        throw error;
                    }));
        }
        assertNothingIsLeft();
    }

    /** Each attendant that was lost with its run is gone, and the loop does the work. */
    @Test
    void othersAreWaitedForAfterwards() throws Exception {
        for (int round = 0; round < 5; round++) {
            assertThrows(
                    OutOfMemoryError.class,
                    () -> engine.startAndAwait(spec(1, "sleep", "600"), run -> {
                        throw error;
                    }));
            assertEquals(
                    Cause.EXITED,
                    engine.startAndAwait(spec(1, "true"), Run::await).cause());
        }
        assertNothingIsLeft();
    }

    @Test
    void whatHasLeftTheGroupOfALostTreeIsKilledToo() {
        assertThrows(
                OutOfMemoryError.class,
                () -> engine.start(
                        spec(1, Containment.TREE, Children.path("contain-daemon"), marker, "600"),
                        Patience.Caller.PATIENT,
                        run -> {
                            eventually("the daemon is there", () -> ProcScan.withMarker(marker).stream()
                                    .anyMatch(info -> info.name().equals("sleep")));
                            throw error;
                        }));
        eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
    }

    /** As the one before, but the loop gets the programs only, and makes the tree of them itself. */
    @Test
    void whatHasLeftTheGroupOfATreeWithoutARunIsKilledToo() {
        AtomicBoolean thrown = new AtomicBoolean();
        sets = spec -> {
            ProcessSet.Factory tree = ProcessTree.prepare();
            return new ProcessSet.Factory() {
                @Override
                public ProcessSet of(CallState state, int pid, int pidfd) {
                    if (thrown.getAndSet(true)) {
                        return tree.of(state, pid, pidfd);
                    }
                    eventually("the daemon is there", () -> ProcScan.withMarker(marker).stream()
                            .anyMatch(info -> info.name().equals("sleep")));
                    throw error;
                }

                @Override
                public Cookie cookie() {
                    return tree.cookie();
                }
            };
        };
        assertThrows(
                OutOfMemoryError.class,
                () -> engine.start(spec(1, Containment.TREE, Children.path("contain-daemon"), marker, "600")));
        eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
    }

    @Test
    void closeWhileLostProgramsEndWaitsForTheirEnd() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<Integer> pids = new ArrayList<>();
            Engine another = new Engine("leash-another", false, 1, spec -> (state, pid, pidfd) -> {
                pids.add(pid);
                throw error;
            });
            assertThrows(OutOfMemoryError.class, () -> another.start(spec(3, "sleep", "600")));
            another.shutdown();
            another.awaitEnd();
            assertTrue(ProcScan.of(pids.getFirst()).isEmpty(), "it is gone");
        }
    }

    @Test
    void closeWhileALostRunEndsWaitsForItsEnd() throws Exception {
        for (int round = 0; round < 20; round++) {
            Engine another = new Engine("leash-another", false, 1);
            CompletableFuture<Integer> pid = new CompletableFuture<>();
            assertThrows(
                    OutOfMemoryError.class,
                    () -> another.start(spec(1, "sleep", "600"), Patience.Caller.PATIENT, run -> {
                        pid.complete(run.pid());
                        throw error;
                    }));
            another.shutdown();
            another.awaitEnd();
            assertTrue(ProcScan.of(pid.join()).isEmpty(), "it is gone");
        }
    }

    @Test
    void runThatHasEndedBeforeTheErrorIsNoMatter() throws Exception {
        assertThrows(
                OutOfMemoryError.class,
                () -> engine.start(spec(1, "true"), Patience.Caller.PATIENT, run -> {
                    run.ending().join();
                    throw error;
                }));
        assertThrows(
                OutOfMemoryError.class,
                () -> engine.startAndAwait(spec(1, "true"), run -> {
                    run.await();
                    throw error;
                }));
        assertEquals(0, engine.meter().liveCount());
    }
}
