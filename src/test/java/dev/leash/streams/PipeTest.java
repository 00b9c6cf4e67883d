package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output that the caller reads while the child runs, or afterwards: as a stream, and as a channel. */
@Timeout(60)
class PipeTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int SIZE = 64 * TestData.MIB;

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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void streamsEcho64MiBInBothDirectionsAtOnce(boolean virtual) throws Exception {
        byte[] data = TestData.random(SIZE, 1);
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.pipe()));
        FutureTask<Void> writing = new FutureTask<>(() -> {
            try (OutputStream stdin = child.stdin()) {
                stdin.write(data);
            }
            return null;
        });
        FutureTask<TestData.Sum> reading = new FutureTask<>(() -> TestData.sum(child.stdout()));
        start(virtual, writing);
        start(virtual, reading);
        assertEquals(TestData.sum(data), reading.get());
        writing.get();
        assertTrue(child.await().succeeded());
    }

    @Test
    void channelsEcho64MiBInBothDirectionsAtOnce() throws Exception {
        byte[] data = TestData.random(SIZE, 2);
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.pipe()));
        FutureTask<Void> writing = new FutureTask<>(() -> {
            try (WritableByteChannel stdin = child.stdinChannel()) {
                for (int at = 0; at < data.length; at += 100_000) {
                    stdin.write(ByteBuffer.wrap(data, at, Math.min(100_000, data.length - at)));
                }
            }
            return null;
        });
        start(true, writing);
        TestData.Summing summing = new TestData.Summing();
        ByteBuffer buffer = ByteBuffer.allocateDirect(30_001);
        try (ReadableByteChannel stdout = child.stdoutChannel()) {
            while (stdout.read(buffer) >= 0) {
                summing.add(buffer.flip());
                buffer.clear();
            }
        }
        assertEquals(TestData.sum(data), summing.sum());
        writing.get();
        assertTrue(child.await().succeeded());
    }

    @Test
    void bothStreamsCanBeReadApart() throws Exception {
        Child child = supervisor.start(
                Command.shell("echo out; echo err >&2").stdout(Output.pipe()).stderr(Output.pipe()));
        assertEquals("err\n", new String(child.stderr().readAllBytes(), UTF_8));
        assertEquals("out\n", new String(child.stdout().readAllBytes(), UTF_8));
        Child again = supervisor.start(
                Command.shell("echo out; echo err >&2").stdout(Output.pipe()).stderr(Output.pipe()));
        ByteBuffer buffer = ByteBuffer.allocate(10);
        assertEquals(4, again.stderrChannel().read(buffer));
        assertEquals(4, again.stdoutChannel().read(buffer));
        assertEquals("err\nout\n", UTF_8.decode(buffer.flip()).toString());
    }

    @Test
    void mergedOutputComesInTheOrderOfTheWrites() throws Exception {
        Child child = supervisor.start(
                Command.shell("i=0; while [ $i -lt 1000 ]; do echo $i; i=$((i+1)); echo $i >&2; i=$((i+1)); done")
                        .stdout(Output.pipe())
                        .mergeStderr());
        assertThrows(IllegalStateException.class, child::stderr);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(child.stdout(), UTF_8))) {
            for (int i = 0; i < 1_000; i++) {
                assertEquals(Integer.toString(i), reader.readLine());
            }
        }
        child.await().orThrow();
    }

    @Test
    void waitingNeverRequiresReadingAndNothingIsCutOff() throws Exception {
        // What a pipe of the usual size holds: the child can exit, though nobody reads.
        for (int size : new int[] {0, 1, 4_096, 65_535, 65_536}) {
            Child child = supervisor.start(Command.of("head", "-c", Integer.toString(size), "/dev/zero")
                    .stdout(Output.pipe()));
            Result result = child.await();
            assertTrue(result.succeeded());
            assertTrue(result.outputComplete());
            assertEquals(size, child.stdout().readAllBytes().length);
        }
    }

    @Test
    void whatNobodyReadsStopsTheChildAndItsDeadlineHolds() throws Exception {
        Child child = supervisor.start(Command.of("yes").stdout(Output.pipe()).timeout(Duration.ofSeconds(3)));
        Result result = child.await();
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertTrue(result.wallTime().compareTo(Duration.ofSeconds(10)) < 0, result.wallTime()::toString);
        byte[] rest = child.stdout().readAllBytes();
        assertTrue(rest.length >= 65_536 && rest.length <= TestData.MIB, rest.length + " bytes");
        assertEquals("y\ny\n", new String(rest, 0, 4, UTF_8));
    }

    @Test
    void readingToTheEndNeverRequiresWaiting() throws Exception {
        Child child = supervisor.start(Command.of("seq", "100000").stdout(Output.pipe()));
        InputStream stdout = child.stdout();
        assertEquals(588_895, stdout.readAllBytes().length);
        assertEquals(-1, stdout.read());
        assertTrue(child.await().succeeded());
    }

    @Test
    void readerThatComesAfterTheExitFindsEverything() throws Exception {
        Child child = supervisor.start(Command.of("seq", "10000").stdout(Output.pipe()));
        eventually("the child is gone", () -> !child.isRunning());
        supervisor.close();
        assertEquals(48_894, child.stdout().readAllBytes().length);
    }

    @Test
    void outputOfQuickChildrenIsNeverMissing() throws Exception {
        Command echo = Command.of("echo", "hello");
        for (int i = 0; i < 250; i++) {
            assertEquals("hello\n", supervisor.run(echo).orThrow().stdout());
            Child child = supervisor.start(echo.stdout(Output.pipe()));
            assertEquals("hello\n", new String(child.stdout().readAllBytes(), UTF_8));
            assertTrue(child.await().succeeded());
        }
    }

    @Test
    void outputWithoutNewlineAtItsEndIsComplete() throws Exception {
        Child child = supervisor.start(Command.of("printf", "a\\nb").stdout(Output.pipe()));
        assertEquals("a\nb", new String(child.stdout().readAllBytes(), UTF_8));
        assertTrue(child.await().outputComplete());
    }

    @Test
    void dataIsThereBeforeTheChildWritesMore() throws Exception {
        Child child = supervisor.start(Command.shell("echo first; read line; echo $line")
                .stdin(Stdin.pipe())
                .stdout(Output.pipe()));
        InputStream stdout = child.stdout();
        assertEquals("first\n", new String(stdout.readNBytes(6), UTF_8));
        child.stdin().write("second\n".getBytes(UTF_8));
        assertEquals("second\n", new String(stdout.readAllBytes(), UTF_8));
        child.await().orThrow();
    }

    @Test
    void singleBytesAndWhatIsAvailableWithoutWaiting() throws Exception {
        byte[] data = {0, (byte) 0xff, (byte) 0x80, 7};
        Child child =
                supervisor.start(Command.of("cat").stdin(Stdin.bytes(data)).stdout(Output.pipe()));
        InputStream stdout = child.stdout();
        eventually("all is available", () -> stdout.available() == 4);
        assertEquals(0, stdout.read(new byte[0]));
        assertEquals(0, stdout.read());
        assertEquals(0xff, stdout.read());
        assertEquals(0x80, stdout.read());
        assertEquals(1, stdout.available());
        assertEquals(7, stdout.read());
        assertEquals(-1, stdout.read());
        assertEquals(-1, stdout.read(new byte[3]));
        assertEquals(0, stdout.available());
        assertThrows(IndexOutOfBoundsException.class, () -> stdout.read(new byte[3], 1, 3));
        stdout.close();
        assertThrows(IOException.class, stdout::read);
        assertThrows(IOException.class, stdout::available);
    }

    @Test
    void closingTheStreamBreaksTheChildsPipe() throws Exception {
        Child yes = supervisor.start(Command.of("yes").stdout(Output.pipe()));
        InputStream stdout = yes.stdout();
        assertEquals('y', stdout.read());
        stdout.close();
        stdout.close();
        Result result = yes.await();
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.parse("PIPE"), false), result.status());
        Child again = supervisor.start(Command.of("yes").stdout(Output.pipe()));
        again.stdoutChannel().close();
        assertEquals(
                new ExitStatus.Signaled(Signal.parse("PIPE"), false),
                again.await().status());
    }

    @Test
    void outputHasOneReader() throws Exception {
        Child child = supervisor.start(Command.of("true").stdout(Output.pipe()));
        assertEquals(-1, child.stdout().read());
        assertThrows(IllegalStateException.class, child::stdout);
        assertThrows(IllegalStateException.class, child::stdoutChannel);
        assertThrows(IllegalStateException.class, child::stdoutPublisher);
        assertThrows(IllegalStateException.class, child::stdoutLines);
        assertThrows(IllegalStateException.class, () -> child.output(1));
        assertThrows(IllegalStateException.class, child::stderr, "it is captured");
        child.await();
    }

    @Test
    void runRefusesAPipeThatNobodyCouldRead() {
        Command command = Command.of("true");
        assertThrows(IllegalArgumentException.class, () -> supervisor.run(command.stdout(Output.pipe())));
        assertThrows(IllegalArgumentException.class, () -> supervisor.run(command.stderr(Output.pipe())));
        assertThrows(IllegalArgumentException.class, () -> supervisor.run(command.output(5, Output.pipe())));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readerCanBeInterruptedAndReadOn(boolean virtual) throws Exception {
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.pipe()));
        InputStream stdout = child.stdout();
        FutureTask<Boolean> reading = new FutureTask<>(() -> {
            assertInstanceOf(InterruptedIOException.class, assertThrows(IOException.class, stdout::read));
            return Thread.currentThread().isInterrupted();
        });
        Thread reader = start(virtual, reading);
        eventually("the reader waits", () -> reader.getState() == Thread.State.WAITING);
        reader.interrupt();
        assertTrue(reading.get(), "the interrupt is kept");
        assertTrue(child.isRunning());
        child.stdin().write('x');
        assertEquals('x', stdout.read());
        child.stdin().close();
        assertEquals(-1, stdout.read());
        child.await().orThrow();
    }

    @Test
    void interruptClosesAChannelAsItDoesWithAny() throws Exception {
        Child child = supervisor.start(Command.of("sleep", "60").stdout(Output.pipe()));
        ReadableByteChannel channel = child.stdoutChannel();
        FutureTask<IOException> reading =
                new FutureTask<>(() -> assertThrows(IOException.class, () -> channel.read(ByteBuffer.allocate(1))));
        Thread reader = start(true, reading);
        eventually("the reader waits", () -> reader.getState() == Thread.State.WAITING);
        reader.interrupt();
        assertInstanceOf(ClosedByInterruptException.class, reading.get());
        assertFalse(channel.isOpen());
        assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
        child.kill();
        child.await();
    }

    @Test
    void readerIsWokenWhenAnotherThreadCloses() throws Exception {
        Child child =
                supervisor.start(Command.of("sleep", "60").stdout(Output.pipe()).stderr(Output.pipe()));
        InputStream stream = child.stdout();
        ReadableByteChannel channel = child.stderrChannel();
        FutureTask<Integer> streaming = new FutureTask<>(stream::read);
        FutureTask<IOException> channelling =
                new FutureTask<>(() -> assertThrows(IOException.class, () -> channel.read(ByteBuffer.allocate(1))));
        Thread first = start(true, streaming);
        Thread second = start(true, channelling);
        eventually(
                "both wait",
                () -> first.getState() == Thread.State.WAITING && second.getState() == Thread.State.WAITING);
        stream.close();
        channel.close();
        assertEquals(-1, streaming.get());
        assertInstanceOf(AsynchronousCloseException.class, channelling.get());
        child.kill();
        child.await();
    }

    @Test
    void readerIsToldOfTheEndWhenTheRunIsKilled() throws Exception {
        Child child = supervisor.start(Command.of("sleep", "60").stdout(Output.pipe()));
        FutureTask<Integer> reading = new FutureTask<>(child.stdout()::read);
        Thread reader = start(true, reading);
        eventually("the reader waits", () -> reader.getState() == Thread.State.WAITING);
        supervisor.close();
        assertEquals(-1, reading.get());
        assertEquals(Cause.CLOSED, child.await().cause());
        assertFalse(ProcScan.alive(child.pid()));
    }

    /** A pause in the child is none in the data: stopped and continued, its output goes on in order. */
    @Test
    void outputGoesOnInOrderAfterAStopAndACont() throws Exception {
        Child child = supervisor.start(Command.of("seq", "1000000").stdout(Output.pipe()));
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(child.stdout(), UTF_8))) {
            for (int i = 1; i <= 1_000_000; i++) {
                if (i % 100_000 == 0) {
                    child.signal(Signal.STOP);
                    child.signal(Signal.CONT);
                }
                assertEquals(Integer.toString(i), reader.readLine());
            }
            assertEquals(-1, reader.read());
        }
        assertTrue(child.await().succeeded());
    }

    private static Thread start(boolean virtual, Runnable task) {
        return virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
    }
}
