package dev.leash.internal.io;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes published buffers into a child's input, and requests the next one when one has been written. It calls the
 * publisher on a virtual thread, since user code must not run on the loop.
 */
final class InputSubscriber implements Flow.Subscriber<ByteBuffer> {
    private final InputQueue flow;
    private final Consumer<Throwable> failed;
    private volatile Flow.@Nullable Subscription subscription;
    private final AtomicLong requests = new AtomicLong();
    /** Counts the signals that the publisher has not been given yet. */
    private final AtomicInteger signals = new AtomicInteger();

    private volatile boolean cancelled;
    /** Whether the publisher has completed or failed, or the subscription was cancelled. */
    private volatile boolean done;

    InputSubscriber(InputQueue flow, Consumer<Throwable> failed) {
        this.flow = flow;
        this.failed = failed;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        Objects.requireNonNull(given, "subscription");
        if (subscription != null) {
            given.cancel();
            return;
        }
        subscription = given;
        // Set before the check: a thread that ends the queue either sees the subscription, or this check sees the
        // end.
        if (flow.isOpen()) {
            request();
        } else {
            cancel();
        }
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        Objects.requireNonNull(bytes, "bytes");
        if (subscription != null && flow.isOpen()) {
            flow.offer(bytes.duplicate(), this::request);
        }
    }

    private void request() {
        requests.incrementAndGet();
        tell();
    }

    /** The child reads no more. */
    void cancel() {
        cancelled = true;
        tell();
    }

    /** Lets another thread signal the publisher, one thread at a time (rule 2.7). */
    private void tell() {
        if (subscription != null && signals.getAndIncrement() == 0) {
            try {
                Thread.ofVirtual().name("leash-request").start(this::tellAll);
            } catch (OutOfMemoryError e) {
                signals.set(0);
                failed.accept(e);
            }
        }
    }

    private void tellAll() {
        int seen = 1;
        do {
            try {
                tellOnce();
            } catch (Throwable thrown) {
                failed.accept(thrown);
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    private void tellOnce() {
        Flow.Subscription current = subscription;
        long wanted = requests.getAndSet(0);
        if (current == null || done) {
            return;
        }
        if (cancelled) {
            done = true;
            current.cancel();
        } else if (wanted > 0) {
            current.request(wanted);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        Objects.requireNonNull(thrown, "thrown");
        done = true;
        failed.accept(thrown);
        flow.close();
    }

    @Override
    public void onComplete() {
        done = true;
        flow.close();
    }
}
