package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can be a child's standard input, except publishers: see StdinPublisherTest. */
@Timeout(60)
class StdinTest {
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
    void inputThatNobodyConfiguredIsAtItsEndAtOnce() throws Exception {
        Result result = supervisor
                .run(Command.of("cat").timeout(Duration.ofSeconds(20)))
                .orThrow();
        assertEquals("", result.stdout());
    }

    @Test
    void textReachesTheChildInUtf8() throws Exception {
        assertEquals(
                "żółw 🐢\n",
                supervisor.run(Command.of("cat").stdin(Stdin.text("żółw 🐢\n"))).stdout());
    }

    @Test
    void bytesAreThoseOfTheMomentTheyWereGiven() throws Exception {
        byte[] data = {1, 2, 3};
        Command command = Command.of("cat").stdin(Stdin.bytes(data));
        data[0] = 9;
        assertArrayEquals(new byte[] {1, 2, 3}, supervisor.run(command).stdoutBytes());
        assertArrayEquals(new byte[] {1, 2, 3}, supervisor.run(command).stdoutBytes());
    }

    @Test
    void preparedInputAndCaptureEcho64MiB() throws Exception {
        byte[] data = TestData.random(64 * TestData.MIB, 1);
        Result result = supervisor
                .run(Command.of("cat").stdin(Stdin.bytes(data)).stdout(Output.capture(data.length)))
                .orThrow();
        assertEquals(TestData.sum(data), TestData.sum(result.stdoutBytes()));
        assertTrue(result.outputComplete());
    }

    @Test
    void preparedInputThatNobodyReadsIsNoError() throws Exception {
        byte[] data = new byte[4 * TestData.MIB];
        for (String script : new String[] {"exit 0", "exec <&-; echo still here", "head -c 5 >/dev/null"}) {
            Result result = supervisor.run(Command.shell(script).stdin(Stdin.bytes(data)));
            assertEquals(Cause.EXITED, result.cause(), script);
            assertTrue(result.succeeded(), result.toString());
            assertTrue(result.outputComplete(), script);
            assertTrue(result.failure().isEmpty(), script);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void childThatNeverReadsHoldsTheWriterUntilTheDeadline(boolean virtual) throws Exception {
        Child child =
                supervisor.start(Command.of("sleep", "60").stdin(Stdin.pipe()).timeout(Duration.ofSeconds(4)));
        AtomicLong written = new AtomicLong();
        FutureTask<IOException> writing = new FutureTask<>(() -> assertThrows(IOException.class, () -> {
            try (OutputStream stdin = child.stdin()) {
                byte[] block = new byte[10_000];
                while (true) {
                    stdin.write(block);
                    written.addAndGet(block.length);
                }
            }
        }));
        Thread writer = start(virtual, writing);
        // On a machine that stands still the deadline may come before this has been seen.
        eventually("the writer waits", () -> writer.getState() == Thread.State.WAITING || !writer.isAlive());
        Result result = child.await();
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertTrue(result.wallTime().compareTo(Duration.ofSeconds(10)) < 0, result.wallTime()::toString);
        assertBrokenPipe(writing.get());
        // What a pipe holds, and a few chunks.
        assertTrue(written.get() < 2 * TestData.MIB, written + " bytes were taken from the writer");
    }

    @Test
    void childThatClosesItsInputBreaksTheWriterAndRunsOn() throws Exception {
        Child child = supervisor.start(Command.shell("exec <&-; echo closed; exec sleep 60")
                .stdin(Stdin.pipe())
                .stdout(Output.pipe()));
        InputStream stdout = child.stdout();
        assertEquals("closed\n", new String(stdout.readNBytes(7), UTF_8));
        OutputStream stdin = child.stdin();
        IOException broken = assertThrows(IOException.class, () -> {
            while (true) {
                stdin.write('x');
            }
        });
        assertBrokenPipe(broken);
        assertTrue(child.isRunning());
        child.kill();
        assertEquals(Cause.CANCELLED, child.await().cause());
    }

    @Test
    void writingAfterTheExitIsABrokenPipe() throws Exception {
        Child child = supervisor.start(Command.of("true").stdin(Stdin.pipe()));
        child.await();
        assertBrokenPipe(assertThrows(IOException.class, () -> child.stdin().write(new byte[] {1})));
        WritableByteChannel channel = child.stdinChannel();
        assertFalse(channel.isOpen());
        IOException thrown = assertThrows(IOException.class, () -> channel.write(ByteBuffer.wrap(new byte[] {1})));
        assertBrokenPipe(thrown);
        child.stdin().close();
    }

    /** The child exits because it has read all: the last write is none into a broken pipe. */
    @Test
    void writeThatTheChildHasReadSucceeds() throws Exception {
        for (int i = 0; i < 300; i++) {
            Child child = supervisor.start(Command.of("head", "-c", "3").stdin(Stdin.pipe()));
            OutputStream stdin = child.stdin();
            stdin.write(new byte[] {'a', 'b', 'c'});
            assertEquals("abc", child.await().orThrow().stdout());
        }
    }

    @Test
    void writerThatStallsDoesNotDelayTheEnd() throws Exception {
        Child child = supervisor.start(Command.of("head", "-c", "1").stdin(Stdin.pipe()));
        try (OutputStream stdin = child.stdin()) {
            stdin.write("x".getBytes(UTF_8));
            // Neither more nor a close, until the run has ended.
            Result result = child.await();
            assertEquals("x", result.orThrow().stdout());
            assertBrokenPipe(assertThrows(IOException.class, () -> stdin.write('y')));
        }
    }

    @Test
    void inputEndsWhenItIsClosedAndNotBefore() throws Exception {
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.pipe()));
        OutputStream stdin = child.stdin();
        InputStream stdout = child.stdout();
        for (int i = 0; i < 100; i++) {
            stdin.write(i);
            assertEquals(i, stdout.read());
        }
        assertTrue(child.isRunning());
        stdin.close();
        assertEquals(-1, stdout.read());
        assertTrue(child.await().succeeded());
    }

    @Test
    void closeComesAfterTheLastByte() throws Exception {
        int[] sizes = {0, 1, 4095, 65_535, 65_536, 65_537, 131_072, 5 * 65_536 + 1, 1_000_003};
        for (int round = 0; round < 10; round++) {
            for (int size : sizes) {
                Child child = supervisor.start(Command.of("wc", "-c").stdin(Stdin.pipe()));
                try (OutputStream stdin = child.stdin()) {
                    stdin.write(new byte[size]);
                }
                assertEquals(size + "\n", child.await().orThrow().stdout());
            }
        }
    }

    @Test
    void aHundredThousandOneByteWritesTakeSeconds() throws Exception {
        byte[] data = TestData.random(100_000, 2);
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()));
        long before = System.nanoTime();
        try (OutputStream stdin = child.stdin()) {
            for (byte b : data) {
                stdin.write(b);
            }
        }
        assertArrayEquals(data, child.await().orThrow().stdoutBytes());
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertTrue(took.compareTo(Duration.ofSeconds(30)) < 0, took::toString);
    }

    /** Some come while the loop waits for the child to read, some while it waits for the writer, some in between. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void piecesOfAnySizeArriveOnceAndInOrder(boolean virtual) throws Exception {
        for (int round = 0; round < 60; round++) {
            Random random = new Random(round);
            byte[] data = TestData.random(random.nextInt(random.nextInt(4) == 0 ? 2 * TestData.MIB : 30_000), round);
            int largest = 1 + random.nextInt(random.nextBoolean() ? 200_000 : 5_000);
            Child child = supervisor.start(Command.shell(round % 3 == 0 ? "dd bs=777 2>/dev/null" : "cat")
                    .stdin(Stdin.pipe())
                    .stdout(Output.pipe()));
            FutureTask<Void> writer = new FutureTask<>(() -> {
                try (OutputStream stdin = child.stdin()) {
                    for (int at = 0; at < data.length; ) {
                        int count = Math.min(1 + random.nextInt(largest), data.length - at);
                        stdin.write(data, at, count);
                        at += count;
                        if (random.nextInt(20) == 0) {
                            Thread.sleep(0, 200_000);
                        }
                    }
                }
                return null;
            });
            (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(writer);
            assertArrayEquals(data, child.stdout().readAllBytes(), "round " + round);
            writer.get();
            child.await().orThrow();
        }
    }

    @Test
    void streamThatWasClosedIsNotWrittenTo() throws Exception {
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()));
        OutputStream stdin = child.stdin();
        OutputStream other = child.stdin();
        WritableByteChannel channel = child.stdinChannel();
        stdin.write('x');
        stdin.close();
        stdin.close();
        stdin.flush();
        assertThrows(IOException.class, () -> stdin.write('y'));
        // The pipe is one, however many streams there are to it.
        assertThrows(IOException.class, () -> other.write('z'));
        assertThrows(IOException.class, () -> channel.write(ByteBuffer.wrap(new byte[] {1})));
        channel.close();
        assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertEquals("x", child.await().orThrow().stdout());
    }

    @Test
    void channelTakesTheWholeBufferEachTime() throws Exception {
        byte[] data = TestData.random(1_000_000, 3);
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()));
        try (WritableByteChannel channel = child.stdinChannel()) {
            ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(data).flip();
            ByteBuffer part = direct.duplicate().position(10).limit(500_000);
            direct.limit(10);
            assertEquals(10, channel.write(direct));
            assertEquals(0, channel.write(direct));
            assertEquals(499_990, channel.write(part.asReadOnlyBuffer()));
            assertEquals(500_000, channel.write(ByteBuffer.wrap(data, 500_000, 500_000)));
        }
        assertArrayEquals(data, child.await().orThrow().stdoutBytes());
    }

    @Test
    void writerCanBeInterruptedWhileItWaits() throws Exception {
        Child child = supervisor.start(Command.of("sleep", "60").stdin(Stdin.pipe()));
        AtomicInteger kept = new AtomicInteger();
        FutureTask<IOException> writing = new FutureTask<>(() -> {
            IOException thrown =
                    assertThrows(IOException.class, () -> child.stdin().write(new byte[4 * TestData.MIB]));
            kept.set(Thread.currentThread().isInterrupted() ? 1 : 0);
            return thrown;
        });
        Thread writer = start(true, writing);
        eventually("the writer waits", () -> writer.getState() == Thread.State.WAITING);
        writer.interrupt();
        assertInstanceOf(InterruptedIOException.class, writing.get());
        assertEquals(1, kept.get(), "the interrupt is kept");
        assertTrue(child.isRunning());
        child.kill();
        child.await();
    }

    @Test
    void interruptClosesAChannelAsItDoesWithAny() throws Exception {
        Child child = supervisor.start(Command.of("sleep", "60").stdin(Stdin.pipe()));
        WritableByteChannel channel = child.stdinChannel();
        FutureTask<IOException> writing = new FutureTask<>(
                () -> assertThrows(IOException.class, () -> channel.write(ByteBuffer.allocate(4 * TestData.MIB))));
        Thread writer = start(true, writing);
        eventually("the writer waits", () -> writer.getState() == Thread.State.WAITING);
        writer.interrupt();
        assertInstanceOf(ClosedByInterruptException.class, writing.get());
        assertFalse(channel.isOpen());
        child.kill();
        child.await();
    }

    @Test
    void stdinOfAChildThatHasNoPipeCannotBeAskedFor() throws Exception {
        Child child = supervisor.start(Command.of("true"));
        assertThrows(IllegalStateException.class, child::stdin);
        assertThrows(IllegalStateException.class, child::stdinChannel);
        assertThrows(IllegalStateException.class, () -> child.input(3));
        child.await();
    }

    @Test
    void runRefusesAPipeThatNobodyCouldWriteTo() {
        Command command = Command.of("cat").stdin(Stdin.pipe());
        assertThrows(IllegalArgumentException.class, () -> supervisor.run(command));
    }

    @Test
    void streamIsReadToItsEndAndNotClosed() throws Exception {
        byte[] data = TestData.random(5 * TestData.MIB + 3, 4);
        Source source = new Source(data);
        Result result = supervisor
                .run(Command.of("cat").stdin(Stdin.from(source)).stdout(Output.capture(data.length)))
                .orThrow();
        assertEquals(TestData.sum(data), TestData.sum(result.stdoutBytes()));
        assertFalse(source.closed);
    }

    @Test
    void whatAStreamGivesReachesTheChildAtOnce() throws Exception {
        CountDownLatch more = new CountDownLatch(1);
        InputStream source = new InputStream() {
            private int reads;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                reads++;
                if (reads == 1) {
                    target[offset] = 'a';
                    return 1;
                }
                try {
                    more.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
                return -1;
            }
        };
        Child child =
                supervisor.start(Command.of("cat").stdin(Stdin.from(source)).stdout(Output.pipe()));
        InputStream stdout = child.stdout();
        assertEquals('a', stdout.read());
        more.countDown();
        assertEquals(-1, stdout.read());
        assertTrue(child.await().succeeded());
    }

    /** The thread that waits for the source is gone as well: see {@link #close}. */
    @Test
    void sourceThatBlocksForEverDoesNotKeepTheRun() throws Exception {
        for (String program : new String[] {"true", "cat"}) {
            BlockedSource source = new BlockedSource();
            Child child = supervisor.start(Command.of(program)
                    .stdin(Stdin.from(source))
                    .timeout(Duration.ofMillis(program.equals("true") ? 50_000 : 300)));
            Result result = child.await();
            assertEquals(program.equals("true") ? Cause.EXITED : Cause.TIMED_OUT, result.cause());
            assertTrue(result.failure().isEmpty(), "an interrupted source has not failed");
            assertTrue(result.wallTime().compareTo(Duration.ofSeconds(20)) < 0);
        }
    }

    @Test
    void sourceThatCannotBeInterruptedDoesNotKeepTheRun() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try {
            InputStream stubborn = new OneByOne() {
                @Override
                int next() {
                    boolean interrupted = false;
                    while (true) {
                        try {
                            release.await();
                            break;
                        } catch (InterruptedException e) {
                            interrupted = true;
                        }
                    }
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return -1;
                }
            };
            assertTrue(supervisor
                    .run(Command.of("true").stdin(Stdin.from(stubborn)))
                    .succeeded());
        } finally {
            release.countDown();
        }
    }

    @Test
    void sourceThatThrowsEndsTheRun() throws Exception {
        IOException failure = new IOException("the disk is gone");
        InputStream source = new OneByOne() {
            private int left = 1_000;

            @Override
            int next() throws IOException {
                if (left == 0) {
                    throw failure;
                }
                left--;
                return 'x';
            }
        };
        Child child =
                supervisor.start(Command.shell("cat >/dev/null; exec sleep 60").stdin(Stdin.from(source)));
        Result result = child.await();
        assertEquals(Cause.FAILED, result.cause());
        assertSame(failure, result.failure().orElseThrow());
        assertTrue(result.toString().contains("the disk is gone"), result::toString);
        assertFalse(ProcScan.alive(child.pid()));
        assertThrows(RunFailedException.class, result::orThrow);
    }

    @Test
    void sourceWithoutEndIsLeftAloneWhenTheChildWantsNoMore() throws Exception {
        AtomicLong reads = new AtomicLong();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                reads.incrementAndGet();
                return length;
            }
        };
        Result result = supervisor.run(Command.of("head", "-c", "100000").stdin(Stdin.from(endless)));
        assertEquals(100_000, result.orThrow().stdoutBytes().length);
        VirtualThreads.assertNoneOfLeash();
        assertTrue(reads.get() < 1_000, reads + " reads for 100,000 bytes");
    }

    private static Thread start(boolean virtual, Runnable task) {
        return virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
    }

    private static void assertBrokenPipe(IOException thrown) {
        assertTrue(thrown.getMessage().startsWith("Broken pipe: the child has "), thrown::toString);
    }

    /** Kept apart from ByteArrayInputStream, whose close does nothing. */
    private static final class Source extends java.io.ByteArrayInputStream {
        private volatile boolean closed;

        private Source(byte[] data) {
            super(data);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class BlockedSource extends OneByOne {
        @Override
        int next() throws IOException {
            try {
                new CountDownLatch(1).await();
                return -1;
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    private abstract static class OneByOne extends InputStream {
        abstract int next() throws IOException;

        @Override
        public int read() throws IOException {
            return next();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int value = next();
            if (value < 0) {
                return -1;
            }
            target[offset] = (byte) value;
            return 1;
        }
    }
}
