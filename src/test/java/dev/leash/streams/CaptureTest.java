package dev.leash.streams;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.TestData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Output in memory, with its limits. What a capture keeps byte by byte is in CaptureBufferTest. */
@Timeout(60)
class CaptureTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void headTailAndEndsKeepExactlyWhatTheySay() throws Exception {
        for (int size : new int[] {0, 1, 9, 10, 11, 99, 100, 101, 65_536, 200_001, 3_000_000}) {
            byte[] data = TestData.random(size, size);
            for (int limit : new int[] {0, 1, 10, 101, 65_536, 200_000, 5_000_000}) {
                int kept = Math.min(size, limit);
                Command cat = Command.of("cat").stdin(Stdin.bytes(data));
                Result head =
                        supervisor.run(cat.stdout(Output.captureHead(limit))).orThrow();
                assertArrayEquals(Arrays.copyOf(data, kept), head.stdoutBytes());
                Result tail =
                        supervisor.run(cat.stdout(Output.captureTail(limit))).orThrow();
                assertArrayEquals(Arrays.copyOfRange(data, size - kept, size), tail.stdoutBytes());
                Result ends =
                        supervisor.run(cat.stdout(Output.captureEnds(limit))).orThrow();
                byte[] both = Arrays.copyOf(data, kept);
                int last = size > limit ? limit / 2 : 0;
                System.arraycopy(data, size - last, both, kept - last, last);
                assertArrayEquals(both, ends.stdoutBytes());
                for (Result result : List.of(head, tail, ends)) {
                    assertEquals(size - kept, result.stdoutDropped());
                    assertEquals(size == kept, result.outputComplete());
                }
            }
        }
    }

    @Test
    void eachStreamHasItsOwnLimit() throws Exception {
        Result result = supervisor.run(Command.shell("seq 1000; seq 1000 >&2")
                .stdout(Output.captureHead(5))
                .stderr(Output.captureTail(5)));
        assertEquals("1\n2\n3", result.stdout());
        assertEquals("1000\n", result.stderr());
        assertEquals(3_893 - 5, result.stdoutDropped());
        assertEquals(3_893 - 5, result.stderrDropped());
        assertFalse(result.outputComplete());
    }

    @Test
    void captureThatIsExactlyFullIsComplete() throws Exception {
        Result result = supervisor.run(Command.of("printf", "12345").stdout(Output.capture(5)));
        assertEquals(Cause.EXITED, result.cause());
        assertTrue(result.outputComplete());
        assertEquals("12345", result.stdout());
    }

    @Test
    void oneByteMoreThanACaptureHoldsEndsTheRun() throws Exception {
        Result result = supervisor.run(Command.shell("printf 123456; sleep 60").stdout(Output.capture(5)));
        assertEquals(Cause.OUTPUT_LIMIT, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.KILL, false), result.status());
        assertEquals("12345", result.stdout());
        assertEquals(1, result.stdoutDropped());
        assertFalse(result.outputComplete());
        assertThrows(RunFailedException.class, result::orThrow);
    }

    /** Whether the loop sees the exit or the output first does not matter. */
    @Test
    void causeIsTheSameThoughTheProgramHasExitedByItself() throws Exception {
        for (int i = 0; i < 100; i++) {
            Result result = supervisor.run(Command.of("printf", "123456").stdout(Output.capture(5)));
            assertEquals(Cause.OUTPUT_LIMIT, result.cause());
            assertEquals("12345", result.stdout());
        }
    }

    @Test
    void floodIsStoppedAtTheDefaultLimit() throws Exception {
        Child child = supervisor.start(Command.of("yes"));
        Result result = child.await();
        assertEquals(Cause.OUTPUT_LIMIT, result.cause());
        assertEquals(Output.DEFAULT_CAPTURE_LIMIT, result.stdoutBytes().length);
        assertFalse(ProcScan.alive(child.pid()));
    }

    @Test
    void outputLimitIsForAllStreamsTogether() throws Exception {
        Command command = Command.shell("head -c 600 /dev/zero; head -c 600 /dev/zero >&2; exec sleep 60")
                .timeout(Duration.ofSeconds(30));
        Result over = supervisor.run(command.outputLimit(1_199));
        assertEquals(Cause.OUTPUT_LIMIT, over.cause());
        assertFalse(over.outputComplete());
        Result within = supervisor.run(command.outputLimit(1_200).timeout(Duration.ofMillis(500)));
        assertEquals(Cause.TIMED_OUT, within.cause());
    }

    @Test
    void outputLimitCountsWhatIsNotCapturedToo() throws Exception {
        TestData.Summing summing = new TestData.Summing();
        for (Output output : List.of(
                Output.bytes(bytes -> {}),
                Output.lines(line -> {}),
                Output.onLoop(summing::add),
                Output.captureTail(10))) {
            Result result = supervisor.run(Command.of("yes").stdout(output).outputLimit(1_000_000));
            assertEquals(Cause.OUTPUT_LIMIT, result.cause());
        }
        Child child = supervisor.start(Command.of("yes").stdout(Output.pipe()).outputLimit(1_000_000));
        assertEquals(1_000_000, child.stdout().readAllBytes().length);
        assertEquals(Cause.OUTPUT_LIMIT, child.await().cause());
        Result none = supervisor.run(Command.of("echo").outputLimit(0));
        assertEquals(Cause.OUTPUT_LIMIT, none.cause());
        assertEquals(
                Cause.EXITED, supervisor.run(Command.of("true").outputLimit(0)).cause());
    }

    @Test
    void stopPlanIsUsedWhenALimitIsReached() throws Exception {
        Result result = supervisor.run(
                Command.shell("trap 'echo bye; exit 9' TERM; echo 0123456789; while :; do sleep 0.05; done")
                        .stdout(Output.capture(5))
                        .stopPlan(StopPlan.signal(Signal.TERM)
                                .then(Duration.ofSeconds(20))
                                .kill()));
        assertEquals(Cause.OUTPUT_LIMIT, result.cause());
        assertEquals(new ExitStatus.Exited(9), result.status());
        assertEquals("01234", result.stdout());
        assertEquals(10, result.stdoutDropped());
    }

    @Test
    void eightChildrenOnBothStreamsAtOnceAreComplete() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            children.add(
                    supervisor.start(Command.of("tee", "/dev/stderr").stdin(Stdin.bytes(TestData.random(100_000, i)))));
        }
        for (int i = 0; i < 8; i++) {
            Result result = children.get(i).await().orThrow();
            assertArrayEquals(TestData.random(100_000, i), result.stdoutBytes());
            assertArrayEquals(TestData.random(100_000, i), result.stderrBytes());
        }
    }

    @Test
    void tenThousandLinesThroughCatAreTheSameAHundredTimes() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            text.append("line ").append(i).append(" of a text that is sixty characters long, about.\n");
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(
                    text.toString(),
                    supervisor
                            .run(Command.of("cat").stdin(Stdin.text(text.toString())))
                            .orThrow()
                            .stdout());
        }
    }

    @Test
    void whatAResultHoldsIsTheCallersOwn() throws Exception {
        Result result = supervisor.run(Command.of("printf", "abc")).orThrow();
        result.stdoutBytes()[0] = 'X';
        assertEquals("abc", result.stdout());
        assertNotSame(result.stdoutBytes(), result.stdoutBytes());
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> Output.capture(-1));
        assertThrows(IllegalArgumentException.class, () -> Output.captureHead(Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> Output.captureTail(Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> Output.captureEnds(Long.MIN_VALUE));
        assertThrows(IllegalArgumentException.class, () -> Command.of("true").outputLimit(-1));
    }
}
