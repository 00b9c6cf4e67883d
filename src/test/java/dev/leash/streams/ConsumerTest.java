package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** User code that is given output on a virtual thread: right, slow, throwing, stuck. */
@Timeout(60)
class ConsumerTest {
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
        VirtualThreads.assertNoneOfLeash();
    }

    @Test
    void bytesComeInOrderAndAllOfThemBeforeTheResult() throws Exception {
        byte[] data = TestData.random(20 * TestData.MIB, 1);
        TestData.Summing summing = new TestData.Summing();
        Result result = supervisor
                .run(Command.of("cat").stdin(Stdin.bytes(data)).stdout(Output.bytes(summing::add)))
                .orThrow();
        assertEquals(TestData.sum(data), summing.sum());
        assertTrue(result.outputComplete());
    }

    @Test
    void consumerMayLeaveBytesInTheBuffer() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        supervisor
                .run(Command.of("seq", "100000").stdout(Output.bytes(bytes -> {
                    assertTrue(bytes.hasRemaining());
                    calls.incrementAndGet();
                })))
                .orThrow();
        assertTrue(calls.get() >= 588_895 / 65_536, calls.get() + " calls");
    }

    @Test
    void outputStreamIsFlushedAndNotClosed() throws Exception {
        byte[] data = TestData.random(3 * TestData.MIB, 2);
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean flushed = new AtomicBoolean();
        ByteArrayOutputStream sink = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] source, int offset, int length) {
                flushed.set(false);
                super.write(source, offset, length);
            }

            @Override
            public void flush() {
                flushed.set(true);
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        supervisor
                .run(Command.of("cat").stdin(Stdin.bytes(data)).stdout(Output.to(sink)))
                .orThrow();
        assertArrayEquals(data, sink.toByteArray());
        assertTrue(flushed.get());
        assertFalse(closed.get());
    }

    @Test
    void whatIsWrittenToAnOutputStreamIsSeenWhileTheChildRuns() throws Exception {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        Child child = supervisor.start(
                Command.shell("echo first; cat").stdin(Stdin.pipe()).stdout(Output.to(sink)));
        eventually("the first line is there", () -> sink.size() == 6);
        child.stdin().close();
        child.await().orThrow();
    }

    @Test
    void outputStreamThatThrowsEndsTheRun() throws Exception {
        IOException failure = new IOException("no space left");
        Child child = supervisor.start(Command.of("yes").stdout(Output.to(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw failure;
            }
        })));
        Result result = child.await();
        assertEquals(Cause.FAILED, result.cause());
        assertSame(failure, result.failure().orElseThrow());
        assertFalse(ProcScan.alive(child.pid()));
    }

    @Test
    void slowConsumerGetsEveryLineAfterTheExit() throws Exception {
        List<String> lines = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        Child child = supervisor.start(Command.of("seq", "5000").stdout(Output.lines(line -> {
            await(go);
            lines.add(line);
        })));
        // The child is gone, its output is not.
        eventually("the program has exited", () -> !ProcScan.alive(child.pid()));
        assertTrue(child.isRunning());
        assertTrue(child.await(Duration.ofMillis(100)).isEmpty());
        go.countDown();
        Result result = child.await().orThrow();
        assertEquals(5_000, lines.size());
        assertEquals("5000", lines.getLast());
        assertTrue(result.outputComplete());
    }

    @Test
    void slowConsumerHoldsBackItsOwnChildOnly() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong consumed = new AtomicLong();
        Child slow = supervisor.start(
                Command.of("head", "-c", "20000000", "/dev/zero").stdout(Output.bytes(bytes -> {
                    await(go);
                    consumed.addAndGet(bytes.remaining());
                })));
        for (int i = 0; i < 50; i++) {
            assertEquals("x", supervisor.run(Command.of("printf", "x")).stdout());
        }
        // Its pipe is full, and it waits in its write: bounded, though nobody takes anything.
        assertTrue(ProcScan.alive(slow.pid()));
        assertEquals(0, consumed.get());
        go.countDown();
        assertTrue(slow.await().succeeded());
        assertEquals(20_000_000, consumed.get());
    }

    @Test
    void consumerThatThrowsEndsItsOwnRunAndNoOther() throws Exception {
        List<String> others = new ArrayList<>();
        Child other = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.lines(others::add)));
        IllegalStateException failure = new IllegalStateException("I cannot");
        for (Output output : List.of(
                Output.lines(line -> {
                    throw failure;
                }),
                Output.bytes(bytes -> {
                    throw failure;
                }))) {
            for (Command command : List.of(
                    Command.of("yes").stdout(output),
                    Command.shell("yes >&2").stderr(output),
                    Command.of("yes").stdout(output).stderr(output))) {
                Child child = supervisor.start(command.timeout(Duration.ofSeconds(30)));
                Result result = child.await();
                assertEquals(Cause.FAILED, result.cause());
                assertSame(failure, result.failure().orElseThrow());
                assertFalse(result.outputComplete());
                assertFalse(ProcScan.alive(child.pid()));
                RunFailedException thrown = assertThrows(RunFailedException.class, result::orThrow);
                assertTrue(thrown.getMessage().contains("I cannot"), thrown::toString);
            }
        }
        assertTrue(other.isRunning());
        other.stdin().write("still here".getBytes(UTF_8));
        other.stdin().close();
        assertTrue(other.await().succeeded());
        assertEquals(List.of("still here"), others);
    }

    /** What a consumer thinks of the output is part of the run, though the program has exited with 0 by then. */
    @Test
    void consumerThatThrowsAfterTheExitIsAFailureAllTheSame() throws Exception {
        AssertionError failure = new AssertionError("not what I expected");
        CountDownLatch go = new CountDownLatch(1);
        Child child = supervisor.start(Command.of("echo", "x").stdout(Output.lines(line -> {
            await(go);
            throw failure;
        })));
        eventually("the program has exited", () -> !ProcScan.alive(child.pid()));
        go.countDown();
        Result result = child.await();
        assertEquals(Cause.FAILED, result.cause());
        assertSame(failure, result.failure().orElseThrow());
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertFalse(result.succeeded());
    }

    /** Its other stream ends at the same moment, and must not end the run before the failure is known. */
    @Test
    void failureOfAConsumerIsNeverOvertakenByTheEndOfTheRun() throws Exception {
        for (int i = 0; i < 300; i++) {
            Result result = supervisor.run(Command.of("echo", "x").stdout(Output.lines(line -> {
                throw new IllegalStateException("no");
            })));
            assertEquals(Cause.FAILED, result.cause(), "run " + i);
        }
    }

    @Test
    void consumerThatIsStuckDoesNotKeepARunBeyondItsDeadline() throws Exception {
        Duration drain = Duration.ofSeconds(1);
        AtomicInteger interrupted = new AtomicInteger();
        for (String program : List.of("yes", "echo x; exec sleep 60", "echo x")) {
            Result result = supervisor.run(Command.shell(program)
                    .timeout(Duration.ofSeconds(3))
                    .drainTime(drain)
                    .stdout(Output.lines(stuck(interrupted))));
            boolean exits = program.equals("echo x");
            assertEquals(exits ? Cause.EXITED : Cause.TIMED_OUT, result.cause(), program);
            assertFalse(result.outputComplete(), program);
        }
        eventually("they were interrupted", () -> interrupted.get() == 3);
    }

    @Test
    void runWithAStuckConsumerEndsSoonAfterItsDeadline() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        long before = System.nanoTime();
        supervisor.run(Command.of("yes")
                .timeout(Duration.ofSeconds(3))
                .drainTime(Duration.ofSeconds(1))
                .stdout(Output.lines(stuck(interrupted)))
                .stderr(Output.lines(stuck(interrupted))));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        // Deadline and drain time come to 4 s, the rest is for a busy machine.
        assertTrue(took.compareTo(Duration.ofSeconds(15)) < 0, took::toString);
        eventually("it was interrupted", () -> interrupted.get() == 1);
    }

    @Test
    void runThatIsStoppedWaitsForItsConsumersNoLongerThanTheDrainTime() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch consuming = new CountDownLatch(1);
        Child child = supervisor.start(
                Command.of("echo", "x").drainTime(Duration.ofMillis(500)).stdout(Output.lines(line -> {
                    consuming.countDown();
                    stuck(interrupted).accept(line);
                })));
        consuming.await();
        eventually("the program has exited", () -> !ProcScan.alive(child.pid()));
        assertTrue(child.await(Duration.ofMillis(500)).isEmpty(), "without a deadline the consumer has all the time");
        child.stop();
        Result result = child.await();
        // It had exited before anybody wanted it to end.
        assertEquals(Cause.EXITED, result.cause());
        assertFalse(result.outputComplete());
        eventually("it was interrupted", () -> interrupted.get() == 1);
    }

    @Test
    void supervisorIsClosedThoughAConsumerIsStuck() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch consuming = new CountDownLatch(1);
        Child child = supervisor.start(Command.of("yes").stdout(Output.lines(line -> {
            consuming.countDown();
            stuck(interrupted).accept(line);
        })));
        consuming.await();
        supervisor.close();
        assertEquals(Cause.CLOSED, child.await().cause());
        eventually("it was interrupted", () -> interrupted.get() == 1);
    }

    /** Both are told of the end of the run: the one has caused it, the other gets the drain time and no more. */
    @Test
    void stuckConsumerIsNotWaitedForWhereAnotherHasFailed() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch consuming = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Child child = supervisor.start(Command.shell("echo x; echo y >&2")
                .drainTime(Duration.ofMillis(500))
                .stdout(Output.lines(line -> {
                    await(go);
                    throw new IllegalStateException("no");
                }))
                .stderr(Output.lines(line -> {
                    consuming.countDown();
                    stuck(interrupted).accept(line);
                })));
        eventually("the program has exited", () -> !ProcScan.alive(child.pid()));
        consuming.await();
        assertTrue(child.await(Duration.ofMillis(100)).isEmpty());
        go.countDown();
        assertEquals(Cause.FAILED, child.await().cause());
        eventually("the other was interrupted", () -> interrupted.get() == 1);
    }

    /** G8: each of them is slow in its own way, and nobody else notices. */
    @Test
    void sleepersThrowersAndStuckOnesAreTogetherWithOthersThatWork() throws Exception {
        AtomicInteger consuming = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        List<Child> stuck = new ArrayList<>();
        List<Child> throwing = new ArrayList<>();
        List<Child> working = new ArrayList<>();
        ConcurrentHashMap<Integer, AtomicInteger> counts = new ConcurrentHashMap<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            stuck.add(supervisor.start(
                    Command.of("yes").timeout(Duration.ofSeconds(5)).stdout(Output.lines(line -> {
                        consuming.incrementAndGet();
                        stuck(interrupted).accept(line);
                    }))));
            throwing.add(supervisor.start(Command.of("yes").stdout(Output.lines(line -> {
                throw new IllegalStateException("number " + number);
            }))));
            working.add(supervisor.start(Command.of("seq", "20000")
                    .stdout(Output.lines(line -> counts.computeIfAbsent(number, key -> new AtomicInteger())
                            .incrementAndGet()))));
        }
        for (int i = 0; i < 20; i++) {
            assertTrue(working.get(i).await().succeeded());
            assertEquals(20_000, counts.get(i).get());
            assertEquals(
                    "number " + i,
                    throwing.get(i).await().failure().orElseThrow().getMessage());
            assertEquals(Cause.TIMED_OUT, stuck.get(i).await().cause());
        }
        assertTrue(consuming.get() > 0, "none has had a line within its five seconds");
        eventually("all were interrupted", () -> interrupted.get() == consuming.get());
    }

    @Test
    void consumersCanUseTheSupervisorThemselves() throws Exception {
        List<String> echoed = new ArrayList<>();
        supervisor
                .run(Command.of("seq", "5").stdout(Output.lines(line -> {
                    try {
                        echoed.add(supervisor
                                .run(Command.of("printf", line + line))
                                .stdout());
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })))
                .orThrow();
        assertEquals(List.of("11", "22", "33", "44", "55"), echoed);
    }

    @Test
    void consumerMayStopItsOwnRun() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        java.util.concurrent.CompletableFuture<Child> handle = new java.util.concurrent.CompletableFuture<>();
        Child child = supervisor.start(Command.of("yes").stdout(Output.lines(line -> {
            if (seen.incrementAndGet() == 100) {
                handle.join().kill();
            }
        })));
        handle.complete(child);
        Result result = child.await();
        assertEquals(Cause.CANCELLED, result.cause());
        assertTrue(seen.get() >= 100);
    }

    private static Consumer<String> stuck(AtomicInteger interrupted) {
        return line -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw new IllegalStateException("interrupted");
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
