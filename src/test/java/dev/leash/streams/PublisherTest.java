package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Output as a publisher. That it keeps the rules of Reactive Streams is in PublisherTckTest. */
@Timeout(60)
class PublisherTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final long REPLACED = 3;

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
    void publishersEcho64MiBInBothDirectionsAtOnce() throws Exception {
        byte[] data = TestData.random(64 * TestData.MIB, 1);
        TestData.Summing summing = new TestData.Summing();
        Child child;
        Subscriber<ByteBuffer> subscriber = new Subscriber<>(REPLACED, summing::add);
        try (SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Thread::startVirtualThread, 16)) {
            child = supervisor.start(
                    Command.of("cat").stdin(Stdin.publisher(publisher)).stdout(Output.pipe()));
            child.stdoutPublisher().subscribe(subscriber);
            for (int at = 0; at < data.length; at += TestData.MIB / 8) {
                publisher.submit(ByteBuffer.wrap(data, at, TestData.MIB / 8));
            }
        }
        subscriber.completed.get();
        assertEquals(TestData.sum(data), summing.sum());
        assertTrue(child.await().succeeded());
    }

    @Test
    void linesArePublishedAsTheyAreRequested() throws Exception {
        Child child = supervisor.start(Command.of("seq", "10000").stdout(Output.pipe()));
        List<String> lines = new CopyOnWriteArrayList<>();
        Subscriber<String> subscriber = new Subscriber<>(0, lines::add);
        child.stdoutLines().subscribe(subscriber);
        Flow.Subscription subscription = subscriber.subscription.get();
        for (int wanted = 1; wanted <= 100; wanted++) {
            subscription.request(1);
            int expected = wanted;
            eventually("one more line", () -> lines.size() >= expected);
            assertEquals(expected, lines.size(), "never more than was requested");
        }
        subscription.request(Long.MAX_VALUE);
        subscriber.completed.get();
        assertEquals(
                IntStream.rangeClosed(1, 10_000).mapToObj(Integer::toString).toList(), lines);
        child.await().orThrow();
    }

    @Test
    void buffersAreTheSubscribersToKeep() throws Exception {
        Child child = supervisor.start(Command.of("seq", "300000").stdout(Output.pipe()));
        List<ByteBuffer> kept = new CopyOnWriteArrayList<>();
        Subscriber<ByteBuffer> subscriber = new Subscriber<>(Long.MAX_VALUE, kept::add);
        child.stdoutPublisher().subscribe(subscriber);
        subscriber.completed.get();
        TestData.Summing summing = new TestData.Summing();
        kept.forEach(summing::add);
        byte[] expected = supervisor.run(Command.of("seq", "300000")).orThrow().stdoutBytes();
        assertEquals(TestData.sum(expected), summing.sum());
        child.await().orThrow();
    }

    @Test
    void subscriberThatNeverRequestsHoldsBackItsOwnChildOnly() throws Exception {
        Child child = supervisor.start(Command.of("yes").stdout(Output.pipe()).timeout(Duration.ofSeconds(3)));
        AtomicInteger items = new AtomicInteger();
        Subscriber<ByteBuffer> subscriber = new Subscriber<>(0, item -> items.incrementAndGet());
        child.stdoutPublisher().subscribe(subscriber);
        subscriber.subscription.get();
        assertEquals("x", supervisor.run(Command.of("printf", "x")).stdout());
        Result result = child.await();
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertFalse(ProcScan.alive(child.pid()));
        assertEquals(0, items.get());
        assertFalse(subscriber.completed.isDone());
        // What is there can still be had.
        subscriber.subscription.get().request(Long.MAX_VALUE);
        subscriber.completed.get();
        assertTrue(items.get() > 0);
    }

    @Test
    void childThatWritesNothingCompletesWithoutBeingAsked() throws Exception {
        Child child = supervisor.start(Command.of("true").stdout(Output.pipe()).stderr(Output.pipe()));
        Subscriber<ByteBuffer> bytes = new Subscriber<>(0, item -> {});
        Subscriber<String> lines = new Subscriber<>(0, item -> {});
        child.stdoutPublisher().subscribe(bytes);
        child.stderrLines().subscribe(lines);
        bytes.completed.get();
        lines.completed.get();
        child.await().orThrow();
    }

    @Test
    void cancellingBreaksTheChildsPipe() throws Exception {
        Child child = supervisor.start(Command.of("yes").stdout(Output.pipe()));
        AtomicInteger items = new AtomicInteger();
        Subscriber<String> subscriber = new Subscriber<>(5, item -> items.incrementAndGet());
        child.stdoutLines().subscribe(subscriber);
        eventually("five lines", () -> items.get() == 5);
        subscriber.subscription.get().cancel();
        Result result = child.await();
        assertEquals(new ExitStatus.Signaled(Signal.parse("PIPE"), false), result.status());
        assertEquals(5, items.get());
        assertFalse(subscriber.completed.isDone());
    }

    @Test
    void outputCanBeSubscribedToOnce() throws Exception {
        Child child = supervisor.start(Command.of("echo", "x").stdout(Output.pipe()));
        Flow.Publisher<String> publisher = child.stdoutLines();
        Subscriber<String> first = new Subscriber<>(10, item -> {});
        Subscriber<String> second = new Subscriber<>(10, item -> {});
        publisher.subscribe(first);
        publisher.subscribe(second);
        first.completed.get();
        assertInstanceOf(
                IllegalStateException.class,
                assertThrows(java.util.concurrent.ExecutionException.class, second.completed::get)
                        .getCause());
        child.await().orThrow();
    }

    /** What a subscriber throws is its own affair (rule 2.13), but nobody waits for it. */
    @Test
    void subscriberThatThrowsIsLeftAlone() throws Exception {
        Child child = supervisor.start(Command.of("yes").stdout(Output.pipe()));
        AtomicInteger thrown = new AtomicInteger();
        child.stdoutLines().subscribe(new Subscriber<>(10, item -> {
            thrown.incrementAndGet();
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
            throw new IllegalStateException("I cannot");
        }));
        Result result = child.await();
        assertEquals(new ExitStatus.Signaled(Signal.parse("PIPE"), false), result.status());
        assertEquals(1, thrown.get());
    }

    @Test
    void itemsAreSignalledOnAVirtualThreadOneAfterTheOther() throws Exception {
        Child child = supervisor.start(Command.of("seq", "20000").stdout(Output.pipe()));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Boolean> virtual = new CopyOnWriteArrayList<>();
        Subscriber<String> subscriber = new Subscriber<>(0, item -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            if (item.endsWith("000")) {
                virtual.add(Thread.currentThread().isVirtual());
            }
            inside.decrementAndGet();
        });
        child.stdoutLines().subscribe(subscriber);
        Flow.Subscription subscription = subscriber.subscription.get();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    for (int n = 0; n < 2_500; n++) {
                        subscription.request(1);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        subscriber.completed.get();
        assertEquals(1, most.get());
        assertEquals(20, virtual.size());
        assertFalse(virtual.contains(false));
        child.await().orThrow();
    }

    /** Requests {@code first} at the beginning; if that is {@link #REPLACED}, one more for each item. */
    private static final class Subscriber<T> implements Flow.Subscriber<T> {
        private final long first;
        private final Consumer<T> items;
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final CompletableFuture<Void> completed = new CompletableFuture<>();

        private Subscriber(long first, Consumer<T> items) {
            this.first = first;
            this.items = items;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
            if (first > 0) {
                given.request(first);
            }
        }

        @Override
        public void onNext(T item) {
            items.accept(item);
            if (first == REPLACED) {
                subscription.join().request(1);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            completed.completeExceptionally(thrown);
        }

        @Override
        public void onComplete() {
            completed.complete(null);
        }
    }
}
