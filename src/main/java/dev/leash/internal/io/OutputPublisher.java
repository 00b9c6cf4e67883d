package dev.leash.internal.io;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Output of a child as a publisher with demand, for one subscriber; a second one is refused. Output that is not
 * requested stays in the pipe.
 *
 * @param <T> the type of the items that the bytes are turned into
 */
public final class OutputPublisher<T> implements Flow.Publisher<T> {
    private static final Flow.Subscription NO_SUBSCRIPTION = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    private final OutputQueue flow;
    private final Supplier<ItemSource<T>> items;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    /** @param items makes the source of items */
    public OutputPublisher(OutputQueue flow, Supplier<ItemSource<T>> items) {
        this.flow = flow;
        this.items = items;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!subscribed.compareAndSet(false, true)) {
            subscriber.onSubscribe(NO_SUBSCRIPTION);
            subscriber.onError(new IllegalStateException("the output of a child can be subscribed to once only"));
            return;
        }
        new OutputSubscription<>(flow, items.get()).start(subscriber);
    }
}
