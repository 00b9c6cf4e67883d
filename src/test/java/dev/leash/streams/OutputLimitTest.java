package dev.leash.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StageResult;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.VirtualThreads;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever is given output is given no more than the limit; the rest is counted, and the result says so. */
@Timeout(120)
class OutputLimitTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int WRITTEN = 5_000;

    /** So there is time to write the rest, also for a shell that has not come to its trap yet. */
    private static final StopPlan WITH_GRACE =
            StopPlan.signal(Signal.CONT).then(Duration.ofSeconds(60)).kill();

    private static final StopPlan WITH_LITTLE_GRACE =
            StopPlan.signal(Signal.TERM).then(Duration.ofMillis(200)).kill();

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

    /** One way to get output: how many bytes it was given. */
    private record Way(String name, Function<AtomicLong, Output> output, ToLongFunction<Result> captured) {
        static Way captured(String name, Output output) {
            return new Way(
                    name,
                    given -> output,
                    result -> result.stdoutBytes().length + result.stderrBytes().length + result.output(3).length);
        }

        static Way given(String name, Function<AtomicLong, Output> output) {
            return new Way(name, output, result -> 0);
        }
    }

    private static final List<Way> WAYS = List.of(
            Way.captured("capture", Output.capture()),
            Way.captured("captureHead", Output.captureHead(1_000_000)),
            Way.captured("captureTail", Output.captureTail(1_000_000)),
            Way.captured("captureEnds", Output.captureEnds(1_000_000)),
            Way.given("lines", given -> Output.lines(line -> given.addAndGet(line.length()))),
            Way.given("bytes", given -> Output.bytes(bytes -> given.addAndGet(bytes.remaining()))),
            Way.given("onLoop", given -> Output.onLoop(bytes -> given.addAndGet(bytes.remaining()))),
            Way.given("to", given -> Output.to(counting(given))));

    private static OutputStream counting(AtomicLong given) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                given.incrementAndGet();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                given.addAndGet(length);
            }
        };
    }

    /**
     * Writes all, whoever asks it to end.
     *
     * @param files a shell's redirections to the descriptors that get {@link #WRITTEN} bytes each
     */
    private static Command writing(String... files) {
        StringBuilder script = new StringBuilder("trap '' TERM\n");
        for (String file : files) {
            script.append("head -c ")
                    .append(WRITTEN)
                    .append(" /dev/zero | tr '\\0' x ")
                    .append(file)
                    .append('\n');
        }
        return Command.shell(script.toString()).timeout(Duration.ofSeconds(60)).stopPlan(WITH_GRACE);
    }

    @Test
    void everyWayGetsExactlyTheLimit() throws Exception {
        for (Way way : WAYS) {
            for (int limit : new int[] {0, 1, 2_000, 4_999}) {
                AtomicLong given = new AtomicLong();
                Command command = writing("").stdout(way.output.apply(given));
                Result result = supervisor.run(command.outputLimit(limit));
                String what = way.name + " with a limit of " + limit;
                assertEquals(limit, given.get() + way.captured.applyAsLong(result), what);
                assertEquals(Cause.OUTPUT_LIMIT, result.cause(), what);
                assertFalse(result.outputComplete(), what);
                assertEquals(WRITTEN - limit, result.stdoutDropped(), what);
            }
        }
    }

    @Test
    void asMuchAsTheLimitIsNoViolation() throws Exception {
        for (Way way : WAYS) {
            AtomicLong given = new AtomicLong();
            Result result =
                    supervisor.run(writing("").stdout(way.output.apply(given)).outputLimit(WRITTEN));
            assertEquals(WRITTEN, given.get() + way.captured.applyAsLong(result), way.name);
            assertEquals(Cause.EXITED, result.cause(), way.name);
            assertTrue(result.outputComplete(), way.name);
            assertEquals(0, result.stdoutDropped(), way.name);
        }
    }

    @Test
    void allStreamsTogetherGetExactlyTheLimit() throws Exception {
        for (Way way : WAYS) {
            for (int limit : new int[] {1, 5_000, 7_777, 14_999}) {
                AtomicLong given = new AtomicLong();
                Command command = writing("", ">&2", ">&3")
                        .stdout(way.output.apply(given))
                        .stderr(way.output.apply(given))
                        .output(3, way.output.apply(given));
                Result result = supervisor.run(command.outputLimit(limit));
                String what = way.name + " with a limit of " + limit;
                assertEquals(limit, given.get() + way.captured.applyAsLong(result), what);
                assertEquals(Cause.OUTPUT_LIMIT, result.cause(), what);
                assertFalse(result.outputComplete(), what);
                assertEquals(
                        3 * WRITTEN - limit,
                        result.stdoutDropped() + result.stderrDropped() + result.outputDropped(3),
                        what);
            }
        }
    }

    @Test
    void floodDuringTheGraceIsDropped() throws Exception {
        for (Way way : WAYS) {
            AtomicLong given = new AtomicLong();
            Result result = supervisor.run(Command.shell("trap '' TERM; tr '\\0' x </dev/zero")
                    .stdout(way.output.apply(given))
                    .stopPlan(WITH_LITTLE_GRACE)
                    .outputLimit(1_001));
            assertEquals(1_001, given.get() + way.captured.applyAsLong(result), way.name);
            assertFalse(result.outputComplete(), way.name);
            assertTrue(result.stdoutDropped() > 0, way.name);
        }
    }

    private interface Reader {
        long read(Child child) throws Exception;
    }

    @Test
    void whoReadsAPipeGetsExactlyTheLimit() throws Exception {
        List<Reader> readers = List.of(
                OutputLimitTest::readStream,
                OutputLimitTest::readChannel,
                child -> subscribe(child.stdoutPublisher(), ByteBuffer::remaining),
                child -> subscribe(child.stdoutLines(), String::length));
        for (Reader reader : readers) {
            for (int limit : new int[] {1, 2_000, WRITTEN}) {
                Child child = supervisor.start(writing("").stdout(Output.pipe()).outputLimit(limit));
                assertEquals(limit, reader.read(child));
                Result result = child.await();
                assertEquals(limit == WRITTEN ? Cause.EXITED : Cause.OUTPUT_LIMIT, result.cause());
                assertEquals(limit == WRITTEN, result.outputComplete());
                assertEquals(WRITTEN - limit, result.stdoutDropped());
            }
        }
    }

    /** What is taken out of the pipe at the exit counts as what was read before. */
    @Test
    void whoReadsAfterTheEndGetsExactlyTheLimit() throws Exception {
        Child child = supervisor.start(writing("").stdout(Output.pipe()).outputLimit(2_000));
        Result result = child.await();
        assertEquals(2_000, readStream(child));
        assertEquals(Cause.OUTPUT_LIMIT, result.cause());
        assertFalse(result.outputComplete());
    }

    private static long readStream(Child child) throws Exception {
        try (InputStream stdout = child.stdout()) {
            return stdout.readAllBytes().length;
        }
    }

    private static long readChannel(Child child) throws Exception {
        long count = 0;
        try (ReadableByteChannel channel = child.stdoutChannel()) {
            ByteBuffer buffer = ByteBuffer.allocate(700);
            while (channel.read(buffer) >= 0) {
                count += buffer.position();
                buffer.clear();
            }
        }
        return count;
    }

    private static <T> long subscribe(Flow.Publisher<T> publisher, ToLongFunction<T> size) throws Exception {
        CompletableFuture<Long> all = new CompletableFuture<>();
        publisher.subscribe(new Flow.Subscriber<>() {
            private long count;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(T item) {
                count += size.applyAsLong(item);
            }

            @Override
            public void onError(Throwable throwable) {
                all.completeExceptionally(throwable);
            }

            @Override
            public void onComplete() {
                all.complete(count);
            }
        });
        return all.get();
    }

    @Test
    void terminalAndMergedStreamsHaveTheLimit() throws Exception {
        Command both = writing("", ">&2");
        for (Command command : List.of(both.terminal(80, 24), both.mergeStderr())) {
            for (int limit : new int[] {1, 3_000, 2 * WRITTEN - 1}) {
                Result result = supervisor.run(command.outputLimit(limit));
                assertEquals(limit, result.stdoutBytes().length);
                assertEquals(Cause.OUTPUT_LIMIT, result.cause());
                assertFalse(result.outputComplete());
                assertTrue(result.stdoutDropped() > 0);
            }
            Result whole = supervisor.run(command.outputLimit(2 * WRITTEN));
            assertEquals(2 * WRITTEN, whole.stdoutBytes().length);
            assertTrue(whole.outputComplete());
        }
    }

    @Test
    void pipelineHasOneLimit() throws Exception {
        Command pipeline = writing("", ">&2")
                .pipeTo(Command.shell("trap '' TERM; tee /dev/stderr"))
                .stopPlan(WITH_GRACE);
        int all = 3 * WRITTEN; // the first one's standard error, the last one's streams
        for (int limit : new int[] {1, 3_000, all - 1, all}) {
            Result result = supervisor.run(pipeline.outputLimit(limit));
            StageResult first = result.stages().getFirst();
            int given = result.stdoutBytes().length
                    + result.stderrBytes().length
                    + first.stderr().length();
            assertEquals(limit, given);
            assertEquals(all - limit, result.stdoutDropped() + result.stderrDropped() + first.stderrDropped());
            assertEquals(limit == all, result.outputComplete());
            assertEquals(limit == all ? Cause.EXITED : Cause.OUTPUT_LIMIT, result.cause());
        }
    }

    /** Whether the loop sees the exit or the output first does not matter. */
    @Test
    void resultIsTheSameHoweverTheEndComes() throws Exception {
        for (int round = 0; round < 300; round++) {
            Result result =
                    supervisor.run(Command.of("head", "-c", "5000", "/dev/zero").outputLimit(2_000));
            assertEquals(2_000, result.stdoutBytes().length);
            assertTrue(result.stdoutDropped() > 0 && result.stdoutDropped() <= 3_000); // it may have been killed before
            assertFalse(result.outputComplete());
            assertEquals(Cause.OUTPUT_LIMIT, result.cause());
        }
    }
}
