package dev.leash.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RecordedLog;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers on the loop's thread, which see the very memory that was read into. */
@Timeout(60)
class HandlerTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.builder().name("leash-loop").create();
    }

    @AfterEach
    void close() {
        supervisor.close();
        VirtualThreads.assertNoneOfLeash();
    }

    @Test
    void handlerSeesEveryByteInOrder() throws Exception {
        byte[] data = TestData.random(64 * TestData.MIB, 1);
        TestData.Summing summing = new TestData.Summing();
        Result result = supervisor
                .run(Command.of("cat").stdin(Stdin.bytes(data)).stdout(Output.onLoop(summing::add)))
                .orThrow();
        assertEquals(TestData.sum(data), summing.sum());
        assertTrue(result.outputComplete());
        assertFalse(result.longestHandlerCall().isZero());
    }

    @Test
    void handlerIsGivenOneReadOnlyBufferOnTheLoop() throws Exception {
        Set<ByteBuffer> identical = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<String> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 3; i++) {
            supervisor
                    .run(Command.of("seq", "200000").stdout(Output.onLoop(bytes -> {
                        threads.add(Thread.currentThread().getName());
                        assertTrue(bytes.isDirect());
                        assertThrows(ReadOnlyBufferException.class, () -> bytes.put(0, (byte) 0));
                        identical.add(bytes); // on the loop, one after the other
                    })))
                    .orThrow();
        }
        assertEquals(Set.of("leash-loop"), threads);
        assertEquals(1, identical.size(), "nothing is allocated for a call");
    }

    @Test
    void handlerThatThrowsEndsItsOwnRunAndNoOther() throws Exception {
        Child other = supervisor.start(Command.of("sleep", "60"));
        AssertionError failure = new AssertionError("no");
        int[] calls = {0};
        Child child = supervisor.start(Command.of("yes").stdout(Output.onLoop(bytes -> {
            calls[0]++;
            throw failure;
        })));
        Result result = child.await();
        assertEquals(Cause.FAILED, result.cause());
        assertSame(failure, result.failure().orElseThrow());
        assertFalse(result.outputComplete());
        assertFalse(ProcScan.alive(child.pid()));
        assertEquals(1, calls[0], "it is not called again");
        assertTrue(other.isRunning());
        assertEquals("x", supervisor.run(Command.of("printf", "x")).stdout());
        other.kill();
        other.await();
    }

    @Test
    void handlerThatBlocksIsMeasuredAndReportedOnce() throws Exception {
        try (RecordedLog log = new RecordedLog()) {
            Result result = supervisor.run(
                    Command.shell("for i in 1 2 3; do echo $i; sleep 0.1; done").stdout(Output.onLoop(bytes -> {
                        try {
                            Thread.sleep(30);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    })));
            assertTrue(result.succeeded());
            assertTrue(result.longestHandlerCall().compareTo(Duration.ofMillis(30)) >= 0);
            Eventually.eventually("it is logged", () -> !log.lines().isEmpty());
            List<String> warnings = log.lines();
            assertEquals(1, warnings.size(), warnings::toString);
            assertTrue(
                    warnings.getFirst().startsWith("WARNING an output handler has held up the event loop for "),
                    warnings::toString);
        }
    }

    @Test
    void runWithoutAHandlerHasHeldUpNothing() throws Exception {
        assertEquals(Duration.ZERO, supervisor.run(Command.of("echo")).longestHandlerCall());
    }

    /** A handler may start what does not wait: the write goes through the loop after it. */
    @Test
    void handlerMayWriteToItsChild() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        List<Child> handle = new ArrayList<>();
        int[] left = {100};
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.onLoop(bytes -> {
            try {
                started.await();
                if (--left[0] > 0) {
                    handle.getFirst().stdin().write('x');
                } else {
                    handle.getFirst().stdin().close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        })));
        handle.add(child);
        started.countDown();
        child.stdin().write('x');
        assertTrue(child.await().succeeded());
        assertEquals(0, left[0]);
    }

    @Test
    void deadlineHoldsThoughAHandlerIsFlooded() throws Exception {
        long[] bytes = {0};
        Result result = supervisor.run(Command.of("yes")
                .timeout(Duration.ofSeconds(3))
                .stdout(Output.onLoop(buffer -> bytes[0] += buffer.remaining())));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertTrue(result.wallTime().compareTo(Duration.ofSeconds(9)) < 0, result.wallTime()::toString);
        assertTrue(bytes[0] > TestData.MIB, bytes[0] + " bytes");
    }
}
