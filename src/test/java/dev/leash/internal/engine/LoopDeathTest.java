package dev.leash.internal.engine;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Containment;
import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.io.ChildInputStream;
import dev.leash.internal.io.ChildOutputStream;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.ProcessSets;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.support.Children;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Specs;
import dev.leash.support.VirtualThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop dies of an error: everybody is told, and no child runs on without a master. */
@Timeout(60)
class LoopDeathTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final int WAITING_THREADS = 2;
    private static final StopStep KILL = new StopStep(StopStep.SIGKILL, 0);
    private static final StopStep TERM_FOR_A_MINUTE = new StopStep(15, MINUTE);

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();
    private final Error error = new StackOverflowError("on purpose");
    private ProcessSets sets = ProcessSets.AS_SPECIFIED;
    private Engine engine;

    /** Where the error can come from. Its own code the engine guards; nothing is known that throws there. */
    enum Place {
        TASK,
        TIMER,
        DESCRIPTOR
    }

    @BeforeEach
    void open() throws IOException {
        engine = new Engine("leash-dies", true, WAITING_THREADS, spec -> sets.prepare(spec));
    }

    @AfterEach
    void close() throws Exception {
        engine.shutdown();
        engine.awaitEnd();
        VirtualThreads.assertNoneOfLeash();
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }

    private Run start(Containment containment, InputSource stdin, OutputTarget stdout, String... words)
            throws Exception {
        ProgramSpec program = Specs.program(1000, words)
                .environment(ChildEnvironment.of(List.of(
                        "PATH=/usr/bin:/bin".getBytes(StandardCharsets.UTF_8),
                        (ProcScan.MARKER_VARIABLE + "=" + marker).getBytes(StandardCharsets.UTF_8))))
                .stdin(stdin)
                .stdout(stdout)
                .stderr(new OutputTarget.Discarded())
                .build();
        return engine.start(RunSpec.of(program)
                .stopPlan(List.of(TERM_FOR_A_MINUTE, KILL))
                .drainNanos(MINUTE)
                .containment(containment)
                .build());
    }

    private Run start(String... words) throws Exception {
        return start(Containment.GROUP, new InputSource.Empty(), new OutputTarget.Discarded(), words);
    }

    private void dieOf(Place place, CallState state, Descriptors.Pipe pipe) {
        EventLoop loop = engine.loop();
        loop.execute(() -> {
            switch (place) {
                case TASK -> throw error;
                case TIMER ->
                    loop.scheduleAfter(1_000_000, () -> {
                        throw error;
                    });
                case DESCRIPTOR -> {
                    try {
                        loop.register(pipe.readEnd(), Epoll.IN, readiness -> {
                            throw error;
                        });
                    } catch (SystemCallException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        });
        Descriptors.close(state, pipe.writeEnd());
    }

    private void assertFailed(Run run) throws Exception {
        ExecutionException told =
                assertThrows(ExecutionException.class, () -> run.ending().get(20, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, told.getCause());
        assertEquals("the event loop has died", told.getCause().getMessage());
        assertSame(error, told.getCause().getCause());
    }

    @ParameterizedTest
    @EnumSource
    void everyRunIsToldOfTheErrorAndAllChildrenDie(Place place) throws Exception {
        List<Run> runs = new ArrayList<>(List.of(
                start("sleep", "600"),
                start("sh", "-c", "trap '' TERM; sleep 600 & sleep 600"),
                start("sh", "-c", "kill -STOP $$; sleep 600"),
                start(
                        Containment.TREE,
                        new InputSource.Empty(),
                        new OutputTarget.Discarded(),
                        Children.path("contain-daemon"),
                        marker,
                        "600"),
                start(Children.path("members-ignore-term")),
                // This one has exited, and its output is held by another.
                start(
                        Containment.GROUP,
                        new InputSource.Empty(),
                        new OutputTarget.Captured(1000, OutputTarget.Keep.STOP),
                        Children.path("escapes-holding-output"),
                        "exit 0")));
        eventually(
                "it ignores TERM, and its children do",
                () -> ProcScan.sleepers(runs.get(1).pid()) == 2);
        runs.get(1).requestStop(Cause.CANCELLED);
        eventually(
                "the daemon and all that sleep are there",
                () -> ProcScan.withMarker(marker).size() >= 9);
        try (CallState state = CallState.open()) {
            Descriptors.Pipe pipe = Descriptors.pipe(state);
            dieOf(place, state, pipe);
            for (Run run : runs) {
                assertFailed(run);
            }
            engine.awaitEnd();
            Descriptors.close(state, pipe.readEnd());
        }
        // One had left its group, which is all that its containment holds.
        eventually("all are dead", () -> ProcScan.withMarker(marker).size() <= 1);
        RejectedExecutionException later = assertThrows(RejectedExecutionException.class, () -> start("true"));
        assertTrue(later.getMessage().contains("the event loop has died"), later.getMessage());
        assertSame(error, later.getCause().getCause());
    }

    @Test
    void nobodyWaitsForEver() throws Exception {
        Run run = start(Containment.GROUP, new InputSource.Piped(), new OutputTarget.Piped(), "sleep", "600");
        Run tree = start(Containment.TREE, new InputSource.Empty(), new OutputTarget.Discarded(), "sleep", "600");
        CompletableFuture<Integer> reader = new CompletableFuture<>();
        CompletableFuture<String> writer = new CompletableFuture<>();
        CountDownLatch waiting = new CountDownLatch(2);
        Thread.ofVirtual().start(() -> {
            waiting.countDown();
            try {
                reader.complete(new ChildInputStream(run.output(1)).read());
            } catch (IOException e) {
                reader.completeExceptionally(e);
            }
        });
        Thread.ofVirtual().start(() -> {
            waiting.countDown();
            try {
                new ChildOutputStream(run.input(0)).write(new byte[10_000_000]);
            } catch (IOException e) {
                writer.complete(e.getMessage());
            }
        });
        waiting.await();
        engine.loop().execute(() -> {
            throw error;
        });
        CompletableFuture<Delivery> signalled = tree.requests().signal(15);
        assertEquals(-1, reader.get(20, TimeUnit.SECONDS));
        assertTrue(writer.get(20, TimeUnit.SECONDS).startsWith("Broken pipe"));
        Delivery ignored = signalled.get(20, TimeUnit.SECONDS);
        assertEquals(false, tree.requests().signal(15).get(20, TimeUnit.SECONDS).reached());
        assertEquals(false, run.requests().resize(80, 24).get(20, TimeUnit.SECONDS));
        run.requestStop(Cause.CANCELLED);
        assertFailed(run);
        assertFailed(tree);
    }

    /** What the loop has not got to is done when it has died, one task as the other. */
    @Test
    void runThatWasJustHandedOverIsToldThoughATaskBeforeItThrowsToo() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        engine.loop().execute(() -> {
            try {
                started.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            throw error;
        });
        engine.loop().execute(() -> {
            throw new AssertionError("another one");
        });
        Run run = start("sleep", "600");
        started.countDown();
        assertFailed(run);
        eventually("it is dead", () -> ProcScan.withMarker(marker).isEmpty());
    }

    private RunSpec sleeper(long timeoutNanos) {
        return Specs.of(1000, "env", ProcScan.MARKER_VARIABLE + "=" + marker, "sleep", "600")
                .timeoutNanos(timeoutNanos)
                .drainNanos(MINUTE)
                .build();
    }

    @Test
    void runThatAThreadLooksAfterItselfIsToldToo() throws Exception {
        CompletableFuture<Run> waitedFor = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                engine.startAndAwait(sleeper(Long.MAX_VALUE), run -> {
                    waitedFor.complete(run);
                    return run.await();
                });
            } catch (ExecutionException e) {
                // as it should be; the outcome has it
            } catch (Exception e) {
                waitedFor.completeExceptionally(e);
            }
        });
        Run run = waitedFor.get();
        dieOf(Place.TASK, CallState.create(), new Descriptors.Pipe(-1, -1));
        assertFailed(run);
        waiting.join();
        eventually("it is dead", () -> ProcScan.withMarker(marker).isEmpty());
    }

    @Test
    void errorOnTheLoopOfAThreadThatWaitsFailsItsOwnRunAndNoOther() throws Exception {
        Run bystander = start("sleep", "600");
        for (int round = 0; round < WAITING_THREADS; round++) {
            // When its deadline comes, this containment throws once.
            sets = spec -> (state, pid, pidfd) -> new ThrowsOnce(ProcessGroup.FACTORY.of(state, pid, pidfd), error);
            Run run = engine.startAndAwait(sleeper(20_000_000), waitedFor -> {
                assertThrows(ExecutionException.class, waitedFor::await);
                return waitedFor;
            });
            assertSame(
                    error,
                    assertThrows(ExecutionException.class, () -> run.ending().get())
                            .getCause());
            eventually("it is dead", () -> ProcScan.withMarker(marker).size() == 1);
        }
        sets = ProcessSets.AS_SPECIFIED;
        assertEquals(
                Cause.TIMED_OUT,
                engine.startAndAwait(sleeper(20_000_000), Run::await).cause());
        bystander.requestStop(Cause.CANCELLED, List.of(KILL));
        assertEquals(
                Cause.CANCELLED, bystander.ending().get(20, TimeUnit.SECONDS).cause());
    }

    private static final class ThrowsOnce implements ProcessSet {
        private final ProcessSet real;
        private final Error error;
        private boolean thrown;

        ThrowsOnce(ProcessSet real, Error error) {
            this.real = real;
            this.error = error;
        }

        @Override
        public int signal(CallState state, int signal) {
            if (!thrown) {
                thrown = true;
                throw error;
            }
            return real.signal(state, signal);
        }

        @Override
        public boolean reachesAll() {
            return real.reachesAll();
        }

        @Override
        public boolean needsZombieLeader() {
            return real.needsZombieLeader();
        }

        @Override
        public boolean provenEmpty(CallState state) {
            return real.provenEmpty(state);
        }

        @Override
        public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
            return real.snapshot(state, freeze);
        }
    }
}
