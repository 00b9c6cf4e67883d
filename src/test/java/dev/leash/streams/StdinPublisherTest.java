package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Standard input from a publisher: with demand, and to its end or the child's, whichever comes first. */
@Timeout(60)
class StdinPublisherTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final Flow.Subscription NO_SUBSCRIPTION = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

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
    void whatIsPublishedIsReadToTheEnd() throws Exception {
        byte[] data = TestData.random(8 * TestData.MIB, 1);
        Child child;
        try (SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>()) {
            child = supervisor.start(
                    Command.of("cat").stdin(Stdin.publisher(publisher)).stdout(Output.capture(data.length)));
            for (int at = 0; at < data.length; ) {
                int length = Math.min(1 + at % 200_000, data.length - at);
                publisher.submit(ByteBuffer.wrap(data, at, length));
                at += length;
            }
        }
        Result result = child.await();
        assertEquals(TestData.sum(data), TestData.sum(result.orThrow().stdoutBytes()));
    }

    @Test
    void publisherOfNothingIsTheEndAtOnce() throws Exception {
        Flow.Publisher<ByteBuffer> nothing = subscriber -> {
            subscriber.onSubscribe(NO_SUBSCRIPTION);
            subscriber.onComplete();
        };
        Result result = supervisor.run(Command.of("cat").stdin(Stdin.publisher(nothing)));
        assertEquals("", result.orThrow().stdout());
    }

    @Test
    void emptyBuffersAreWrittenLikeAnyOther() throws Exception {
        List<ByteBuffer> buffers = List.of(text(""), text("a"), text(""), text(""), text("b"), text(""));
        Result result = supervisor.run(Command.of("cat").stdin(Stdin.publisher(Scripted.of(buffers))));
        assertEquals("ab", result.orThrow().stdout());
    }

    @Test
    void buffersOfThePublisherAreLeftAsTheyAre() throws Exception {
        ByteBuffer buffer = text("xabcx").position(1).limit(4);
        Result result = supervisor.run(Command.of("cat")
                .stdin(Stdin.publisher(Scripted.of(List.of(buffer, buffer.asReadOnlyBuffer(), buffer)))));
        assertEquals("abcabcabc", result.orThrow().stdout());
        assertEquals(1, buffer.position());
        assertEquals(4, buffer.limit());
    }

    /** The demand is one buffer at a time: a child that does not read holds the publisher back. */
    @Test
    void childThatDoesNotReadHoldsThePublisherBack() throws Exception {
        AtomicLong requested = new AtomicLong();
        AtomicLong given = new AtomicLong();
        CountDownLatch cancelled = new CountDownLatch(1);
        Child child = supervisor.start(Command.of("sleep", "60").stdin(Stdin.publisher(subscriber -> {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    assertEquals(1, n);
                    requested.addAndGet(n);
                    given.incrementAndGet();
                    subscriber.onNext(ByteBuffer.allocate(16 * 1024));
                }

                @Override
                public void cancel() {
                    cancelled.countDown();
                }
            });
        })));
        // A pipe of the usual size holds four of them, and one waits.
        eventually("the pipe is full", () -> given.get() >= 4);
        Thread.sleep(300);
        assertTrue(given.get() <= 8, given + " buffers were asked for");
        assertEquals(requested.get(), given.get());
        child.kill();
        child.await();
        eventually("the subscription is cancelled", () -> cancelled.getCount() == 0);
    }

    @Test
    void errorOfThePublisherEndsTheRun() throws Exception {
        Exception failure = new Exception("no more");
        Child child = supervisor.start(Command.shell("cat >/dev/null; exec sleep 60")
                .stdin(Stdin.publisher(new Scripted(subscriber -> subscriber.onError(failure)))));
        Result result = child.await();
        assertEquals(Cause.FAILED, result.cause());
        assertSame(failure, result.failure().orElseThrow());
        assertFalse(ProcScan.alive(child.pid()));
    }

    @Test
    void publisherThatThrowsInsteadOfSubscribingEndsTheRun() throws Exception {
        IllegalStateException failure = new IllegalStateException("not today");
        Child child = supervisor.start(Command.of("sleep", "60").stdin(Stdin.publisher(subscriber -> {
            throw failure;
        })));
        Result result = child.await();
        assertEquals(Cause.FAILED, result.cause());
        assertSame(failure, result.failure().orElseThrow());
    }

    @Test
    void subscriptionThatThrowsEndsTheRun() throws Exception {
        IllegalStateException failure = new IllegalStateException("cannot be asked");
        Result result = supervisor.run(Command.of("sleep", "60").stdin(Stdin.publisher(subscriber -> {
            subscriber.onSubscribe(new Flow.Subscription() {
                private boolean asked;

                @Override
                public void request(long n) {
                    if (asked) {
                        throw failure;
                    }
                    asked = true;
                    subscriber.onNext(text("x"));
                }

                @Override
                public void cancel() {}
            });
        })));
        assertEquals(Cause.FAILED, result.cause());
        assertSame(failure, result.failure().orElseThrow());
    }

    @Test
    void exitOfTheChildCancelsAPublisherThatWaitsForDemand() throws Exception {
        Cancellable publisher = new Cancellable(true);
        assertTrue(supervisor
                .run(Command.of("true").stdin(Stdin.publisher(publisher)))
                .succeeded());
        publisher.cancelled.await();
    }

    @Test
    void exitOfTheChildCancelsAPublisherThatHasNothingToPublish() throws Exception {
        Cancellable publisher = new Cancellable(false);
        assertTrue(supervisor
                .run(Command.of("true").stdin(Stdin.publisher(publisher)))
                .succeeded());
        publisher.cancelled.await();
    }

    @Test
    void childThatClosesItsInputCancelsThePublisherAndRunsOn() throws Exception {
        Cancellable publisher = new Cancellable(true);
        Child child = supervisor.start(Command.shell("exec <&-; exec sleep 60").stdin(Stdin.publisher(publisher)));
        publisher.cancelled.await();
        assertTrue(child.isRunning());
        child.kill();
        assertTrue(child.await().failure().isEmpty());
    }

    @Test
    void publisherThatNeverAnswersDoesNotKeepTheRun() throws Exception {
        Result exited = supervisor.run(Command.of("true").stdin(Stdin.publisher(subscriber -> {})));
        assertTrue(exited.succeeded());
        Result timedOut = supervisor.run(
                Command.of("cat").stdin(Stdin.publisher(subscriber -> {})).timeout(Duration.ofMillis(200)));
        assertEquals(Cause.TIMED_OUT, timedOut.cause());
    }

    @Test
    void subscriptionThatComesAfterTheEndIsCancelled() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        List<Flow.Subscriber<? super ByteBuffer>> late = new java.util.concurrent.CopyOnWriteArrayList<>();
        supervisor.run(Command.of("true").stdin(Stdin.publisher(late::add))).orThrow();
        late.getFirst().onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                cancelled.countDown();
            }
        });
        cancelled.await();
    }

    @Test
    void oneChildsOutputCanBeAnothersInput() throws Exception {
        byte[] data = TestData.random(4 * TestData.MIB, 5);
        Child first =
                supervisor.start(Command.of("cat").stdin(Stdin.bytes(data)).stdout(Output.pipe()));
        Result second = supervisor.run(Command.of("cat")
                .stdin(Stdin.publisher(first.stdoutPublisher()))
                .stdout(Output.capture(data.length)));
        assertEquals(TestData.sum(data), TestData.sum(second.orThrow().stdoutBytes()));
        assertTrue(first.await().succeeded());
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    /** Gives buffers as they are requested, then does one last thing. */
    private record Scripted(List<ByteBuffer> buffers, Consumer<Flow.Subscriber<?>> last)
            implements Flow.Publisher<ByteBuffer> {
        private Scripted(Consumer<Flow.Subscriber<?>> last) {
            this(List.of(text("x")), last);
        }

        static Scripted of(List<ByteBuffer> buffers) {
            return new Scripted(buffers, Flow.Subscriber::onComplete);
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                private int next;

                @Override
                public void request(long n) {
                    subscriber.onNext(buffers.get(next));
                    next++; // one request more than there are buffers would show
                    if (next == buffers.size()) {
                        last.accept(subscriber);
                    }
                }

                @Override
                public void cancel() {}
            });
        }
    }

    /** Publishes for ever, or never, and notes that it was cancelled. */
    private record Cancellable(boolean publishes, CountDownLatch cancelled) implements Flow.Publisher<ByteBuffer> {
        private Cancellable(boolean publishes) {
            this(publishes, new CountDownLatch(1));
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    if (publishes && cancelled.getCount() > 0) {
                        subscriber.onNext(ByteBuffer.allocate(100_000));
                    }
                }

                @Override
                public void cancel() {
                    cancelled.countDown();
                }
            });
        }
    }
}
