package dev.leash.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Containment;
import dev.leash.SpawnException;
import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.run.Ending;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.Specs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A spec is data: what a run needs is acquired at its start, and given back once. */
@Timeout(60)
class AcquisitionTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final AtomicInteger prepared = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private Engine engine;

    @BeforeEach
    void open() throws IOException {
        engine = new Engine("leash-acquires", true, 1, spec -> new Counting());
    }

    @AfterEach
    void close() throws Exception {
        engine.shutdown();
        engine.awaitEnd();
    }

    private final class Counting implements ProcessSet.Factory {
        Counting() {
            prepared.incrementAndGet();
        }

        @Override
        public ProcessSet of(CallState loopsState, int leaderPid, int leaderPidfd) {
            made.incrementAndGet();
            return ProcessGroup.FACTORY.of(loopsState, leaderPid, leaderPidfd);
        }

        @Override
        public void abandon(CallState state) {
            abandoned.incrementAndGet();
        }
    }

    private void assertAcquired(int sets, int given, int back) {
        assertEquals(sets, prepared.get(), "prepared");
        assertEquals(given, made.get(), "made into the process set of a run");
        assertEquals(back, abandoned.get(), "abandoned");
    }

    @Test
    void specIsMadeWithoutAcquiringAnything() throws Exception {
        RunSpec spec = Specs.of(100, "true").containment(Containment.CGROUP).build();
        assertEquals(Containment.CGROUP, spec.containment());
        assertAcquired(0, 0, 0);
    }

    @Test
    void startOnAClosedEngineAcquiresNothing() throws Exception {
        RunSpec spec = Specs.of(100, "true").build();
        engine.shutdown();
        for (int round = 0; round < 20; round++) {
            assertThrows(RejectedExecutionException.class, () -> engine.start(spec));
            assertThrows(RejectedExecutionException.class, () -> engine.startAndAwait(spec, Run::await));
        }
        assertAcquired(0, 0, 0);
    }

    @Test
    void failedStartGivesBackWhatItHasAcquired() throws Exception {
        RunSpec spec = Specs.of(100, "/nonexistent/program").build();
        for (int round = 0; round < 20; round++) {
            assertThrows(SpawnException.class, () -> engine.start(spec));
            assertThrows(SpawnException.class, () -> engine.startAndAwait(spec, Run::await));
        }
        assertAcquired(40, 0, 40);
    }

    @Test
    void processSetGivesBackWhatWasAcquiredForARun() throws Exception {
        RunSpec spec = Specs.of(100, "true").build();
        for (int round = 0; round < 20; round++) {
            engine.start(spec).ending().get();
            engine.startAndAwait(spec, Run::await);
        }
        assertAcquired(40, 40, 0);
    }

    @Test
    void processSetThatCannotBeHadFailsTheStart() throws Exception {
        Engine without = new Engine("leash-without", true, 1, spec -> {
            throw new IOException("there is none");
        });
        try {
            RunSpec spec = Specs.of(100, "true").build();
            SpawnException told = assertThrows(SpawnException.class, () -> without.start(spec));
            assertEquals(SpawnException.Kind.CONTAINMENT, told.kind());
            assertEquals("could not start true: there is none", told.getMessage());
        } finally {
            without.shutdown();
            without.awaitEnd();
        }
    }

    /** With the spec's own process sets: the id is made at each start. */
    @Test
    void eachRunOfATreeHasAnIdOfItsOwnThoughTheSpecBeTheSame() throws Exception {
        Engine plain = new Engine("leash-plain");
        try {
            RunSpec spec = Specs.of(1000, "sh", "-c", "echo $LEASH_RUN")
                    .containment(Containment.TREE)
                    .build();
            String first = id(plain.start(spec).ending().get());
            String second = id(plain.start(spec).ending().get());
            assertTrue(first.matches("(.*,)?[0-9a-f]{32}"), first);
            assertTrue(second.matches("(.*,)?[0-9a-f]{32}"), second);
            assertNotEquals(first, second);
        } finally {
            plain.shutdown();
            plain.awaitEnd();
        }
    }

    private static String id(Ending ending) {
        return new String(ending.captured(1), StandardCharsets.US_ASCII).strip();
    }
}
