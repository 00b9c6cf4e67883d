package dev.leash.internal.io;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.Tck;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;

/** The subscriber that feeds a child against the Reactive Streams TCK: that of a real child, which reads all. */
@Timeout(120)
class InputSubscriberTckTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Of the TCK for subscribers that are looked at from outside, in version 1.0.4. */
    private static final int TESTS = 25;

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
    Stream<DynamicTest> subscriberOfInput() {
        return Tck.tests(TESTS, Verification::new);
    }

    private final class Verification extends FlowSubscriberBlackboxVerification<ByteBuffer> {
        private Verification() {
            super(new TestEnvironment(20_000, 50));
        }

        @Override
        public Flow.Subscriber<ByteBuffer> createFlowSubscriber() {
            AtomicReference<Flow.Subscriber<? super ByteBuffer>> subscriber = new AtomicReference<>();
            try {
                supervisor.start(Command.of("cat")
                        .stdin(Stdin.publisher(subscriber::set))
                        .stdout(Output.discard()));
            } catch (SpawnException e) {
                throw new IllegalStateException(e);
            }
            return new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscriber.get().onSubscribe(subscription);
                }

                @Override
                public void onNext(ByteBuffer item) {
                    subscriber.get().onNext(item);
                }

                @Override
                public void onError(Throwable thrown) {
                    subscriber.get().onError(thrown);
                }

                @Override
                public void onComplete() {
                    subscriber.get().onComplete();
                }
            };
        }

        @Override
        public ByteBuffer createElement(int element) {
            return ByteBuffer.allocate(4).putInt(element).flip();
        }
    }
}
