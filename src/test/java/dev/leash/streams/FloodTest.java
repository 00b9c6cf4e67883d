package dev.leash.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** G5 and G8 at once: every byte of a flood, and every deadline of the others. */
@Timeout(120)
class FloodTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int CHILDREN = 100;
    private static final int SIZE = TestData.MIB;

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.builder().guardian(false).create();
    }

    @AfterEach
    void close() {
        supervisor.close();
        VirtualThreads.assertNoneOfLeash();
    }

    @Test
    void aHundredChildrenFloodBothStreamsWhileAHundredDeadlinesAreKept() throws Exception {
        List<Flooding> floods = new ArrayList<>();
        List<Child> sleepers = new ArrayList<>();
        for (int i = 0; i < CHILDREN; i++) {
            floods.add(new Flooding(supervisor, i));
            sleepers.add(supervisor.start(Command.of("sleep", "100").timeout(Duration.ofMillis(500 + 20 * i))));
        }
        for (int i = 0; i < CHILDREN; i++) {
            Result result = sleepers.get(i).await();
            assertEquals(Cause.TIMED_OUT, result.cause());
            Duration late = result.stopSteps().getFirst().after().minus(Duration.ofMillis(500 + 20 * i));
            assertTrue(!late.isNegative(), "deadline " + i + " came early: " + late);
            // Fair on a machine whose few cores have hundreds of processes to run; a loop that starves is seconds late.
            assertTrue(late.compareTo(Duration.ofSeconds(5)) < 0, "deadline " + i + " was late: " + late);
        }
        for (Flooding flood : floods) {
            flood.assertComplete();
        }
        assertEquals(List.of(), ProcScan.children());
    }

    /** In each of the ways that pass through the loop, by turns. */
    private static final class Flooding {
        private final byte[] data;
        private final TestData.Summing out = new TestData.Summing();
        private final TestData.Summing err = new TestData.Summing();
        private final Child child;

        Flooding(Supervisor supervisor, int number) throws SpawnException {
            data = TestData.random(SIZE, number);
            Command tee = Command.of("tee", "/dev/stderr").stdin(Stdin.bytes(data));
            child = supervisor.start(
                    switch (number % 3) {
                        case 0 -> tee;
                        case 1 -> tee.stdout(Output.bytes(out::add)).stderr(Output.bytes(err::add));
                        default -> tee.stdout(Output.onLoop(out::add)).stderr(Output.onLoop(err::add));
                    });
        }

        void assertComplete() throws Exception {
            Result result = child.await().orThrow();
            assertTrue(result.outputComplete());
            boolean captured = out.sum().length() == 0;
            assertEquals(TestData.sum(data), captured ? TestData.sum(result.stdoutBytes()) : out.sum());
            assertEquals(TestData.sum(data), captured ? TestData.sum(result.stderrBytes()) : err.sum());
        }
    }

    @Test
    void twoHundredAtOnceEchoTheirOwnBytes() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            children.add(supervisor.start(Command.of("cat").stdin(Stdin.bytes(TestData.random(65_536, i)))));
        }
        for (int i = 0; i < 200; i++) {
            Result result = children.get(i).await().orThrow();
            assertEquals(TestData.sum(TestData.random(65_536, i)), TestData.sum(result.stdoutBytes()));
        }
    }
}
