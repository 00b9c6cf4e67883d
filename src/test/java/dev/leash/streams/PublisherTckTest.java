package dev.leash.streams;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.Tck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** The publishers of a child's output against the Reactive Streams TCK. */
@Timeout(120)
class PublisherTckTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Of the TCK for publishers, in version 1.0.4. */
    private static final int TESTS = 36;

    /** More elements than a child could be asked for one by one. */
    private static final long MANY = 1_000_000;

    /** How long something may take that has to happen, and how long is looked whether something happens that must not. */
    private static final TestEnvironment ENVIRONMENT = new TestEnvironment(4_000, 50);

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @TestFactory
    Stream<DynamicTest> publisherOfLines() {
        return Tck.tests(TESTS, LinesVerification::new);
    }

    @TestFactory
    Stream<DynamicTest> publisherOfBytes() {
        return Tck.tests(TESTS, BytesVerification::new);
    }

    private Child start(Command command) {
        try {
            return supervisor.start(command.stdout(Output.pipe()));
        } catch (SpawnException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An element is a line, so that their number is exact. */
    private final class LinesVerification extends FlowPublisherVerification<String> {
        private LinesVerification() {
            super(ENVIRONMENT, 500);
        }

        @Override
        public Flow.Publisher<String> createFlowPublisher(long elements) {
            Command command = elements > MANY ? Command.of("yes") : Command.of("seq", Long.toString(elements));
            return start(command).stdoutLines();
        }

        /** One that has its subscriber already. */
        @Override
        public Flow.Publisher<String> createFailedFlowPublisher() {
            Flow.Publisher<String> publisher = start(Command.of("true")).stdoutLines();
            publisher.subscribe(new Ignoring<>());
            return publisher;
        }
    }

    /** An element is a write of the child, which makes the next one when it is told that this one has been received. */
    private final class BytesVerification extends FlowPublisherVerification<ByteBuffer> {
        private BytesVerification() {
            super(ENVIRONMENT, 500);
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
            if (elements > MANY) {
                return start(Command.of("yes")).stdoutPublisher();
            }
            Child child = start(Command.of(
                            "sh",
                            "-c",
                            "i=0; while [ $i -lt $0 ]; do echo $i; read go; i=$((i+1)); done",
                            elements + "")
                    .stdin(Stdin.pipe()));
            Flow.Publisher<ByteBuffer> publisher = child.stdoutPublisher();
            return subscriber -> publisher.subscribe(subscriber == null ? null : new Answering(child, subscriber));
        }

        @Override
        public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
            Flow.Publisher<ByteBuffer> publisher = start(Command.of("true")).stdoutPublisher();
            publisher.subscribe(new Ignoring<>());
            return publisher;
        }
    }

    private record Answering(Child child, Flow.Subscriber<? super ByteBuffer> subscriber)
            implements Flow.Subscriber<ByteBuffer> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer item) {
            try {
                child.stdin().write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable thrown) {
            subscriber.onError(thrown);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }
    }

    private static final class Ignoring<T> implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T item) {}

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onComplete() {}
    }
}
