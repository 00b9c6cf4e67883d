package dev.leash.internal.engine;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.Cause;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.run.Ending;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.start.ProcessSets;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Specs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever one run throws on the loop, at its deadline or at its end, that run fails, leaves nothing, and the others go on. */
@Timeout(60)
class LonelyFailureTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final String STOPPED = "sleep 600 & sleep 600";

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** What of the containment throws; the first call, or each. */
    enum Place {
        SIGNAL(true),
        SIGNAL_ALWAYS(false),
        STOP_COMES(true),
        REACHES_ALL(true),
        PROVEN_EMPTY(true),
        REAP_ADOPTED(true),
        USE(true),
        CLOSE(false);

        final boolean once;

        Place(boolean once) {
            this.once = once;
        }
    }

    private final String marker = ProcScan.newMarker();
    private final Error error = new OutOfMemoryError("unable to create native thread, on purpose");
    private ProcessSets sets = ProcessSets.AS_SPECIFIED;
    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        engine = new Engine("leash-lonely", true, 2, spec -> sets.prepare(spec));
    }

    @AfterEach
    void close() throws Exception {
        engine.shutdown();
        engine.awaitEnd();
        assertEquals(List.of(), ProcScan.withMarker(marker));
        assertEquals(0, engine.meter().liveCount());
    }

    private RunSpec spec(long timeoutNanos, String line) {
        return Specs.of(1000, "env", ProcScan.MARKER_VARIABLE + "=" + marker, "sh", "-c", line)
                .timeoutNanos(timeoutNanos)
                .drainNanos(MINUTE)
                .build();
    }

    private Run bystander() throws Exception {
        return engine.start(spec(MINUTE, "echo before; sleep 0.5; echo after"));
    }

    /** Has the runs that are started from now on fail at {@code place}; the array gets the process set of the last one. */
    private Faulty[] failAt(Place place) {
        Faulty[] faulty = new Faulty[1];
        sets = spec -> (state, pid, pidfd) -> {
            faulty[0] = new Faulty(ProcessGroup.FACTORY.of(state, pid, pidfd), place, error);
            return faulty[0];
        };
        return faulty;
    }

    private static void assertUnharmed(Run bystander) throws Exception {
        Ending outcome = bystander.ending().get(20, TimeUnit.SECONDS);
        assertEquals(Cause.EXITED, outcome.cause());
        assertEquals("before\nafter\n", new String(outcome.captured(1), StandardCharsets.UTF_8));
    }

    private void assertNothingIsLeft() {
        eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
        eventually("and reaped", () -> ProcScan.children().stream()
                .noneMatch(child -> child.name().equals("sh") || child.name().equals("sleep")));
    }

    @ParameterizedTest
    @EnumSource
    void runOnTheLoopFailsAlone(Place place) throws Exception {
        Run bystander = bystander();
        for (int round = 0; round < 10; round++) {
            // One that is stopped with a straggler, and one that exits by itself with one.
            // Where nothing can be signalled, only a leader that is there leads to the others.
            for (String line :
                    place == Place.SIGNAL_ALWAYS ? List.of(STOPPED) : List.of(STOPPED, "sleep 600 & exit 3")) {
                Faulty[] faulty = failAt(place);
                Run run = engine.start(spec(20_000_000, line));
                assertFailedIfThrown(run, faulty[0]);
            }
        }
        assertUnharmed(bystander);
        assertNothingIsLeft();
    }

    private void assertFailedIfThrown(Run run, Faulty faulty) throws Exception {
        try {
            Ending ignored = run.ending().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertSame(error, e.getCause());
        }
        // Not each place is come by in each run.
        if (faulty.thrown) {
            assertSame(
                    error,
                    assertThrows(ExecutionException.class, () -> run.ending().get())
                            .getCause());
        }
    }

    @ParameterizedTest
    @EnumSource
    void runThatAThreadDrivesItselfFailsAlone(Place place) throws Exception {
        Run bystander = bystander();
        for (int round = 0; round < 5; round++) {
            Faulty[] faulty = failAt(place);
            Run run = engine.startAndAwait(spec(20_000_000, STOPPED), started -> {
                try {
                    Ending ignored = started.await();
                } catch (ExecutionException e) {
                    assertSame(error, e.getCause());
                }
                return started;
            });
            assertFailedIfThrown(run, faulty[0]);
        }
        assertUnharmed(bystander);
        assertNothingIsLeft();
    }

    private static final class Faulty implements ProcessSet {
        private final ProcessSet real;
        private final Place place;
        private final Error error;
        private volatile boolean thrown;

        Faulty(ProcessSet real, Place place, Error error) {
            this.real = real;
            this.place = place;
            this.error = error;
        }

        private void pass(Place here) {
            boolean signal = here == Place.SIGNAL && place == Place.SIGNAL_ALWAYS;
            if (here == place || signal) {
                if (!thrown || !place.once) {
                    thrown = true;
                    throw error;
                }
            }
        }

        @Override
        public int signal(CallState state, int signal) {
            pass(Place.SIGNAL);
            return real.signal(state, signal);
        }

        @Override
        public void stopComes(CallState state, int[] programs, Threads threads) {
            pass(Place.STOP_COMES);
            real.stopComes(state, programs, threads);
        }

        @Override
        public boolean reachesAll() {
            pass(Place.REACHES_ALL);
            return real.reachesAll();
        }

        @Override
        public boolean needsZombieLeader() {
            return real.needsZombieLeader();
        }

        @Override
        public boolean provenEmpty(CallState state) {
            pass(Place.PROVEN_EMPTY);
            return real.provenEmpty(state);
        }

        @Override
        public void reapAdopted(CallState state, Set<Integer> programs) {
            pass(Place.REAP_ADOPTED);
            real.reapAdopted(state, programs);
        }

        @Override
        public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
            return real.snapshot(state, freeze);
        }

        @Override
        public @Nullable CgroupUse use() {
            pass(Place.USE);
            return real.use();
        }

        @Override
        public void close(CallState state) {
            real.close(state);
            pass(Place.CLOSE);
        }
    }
}
