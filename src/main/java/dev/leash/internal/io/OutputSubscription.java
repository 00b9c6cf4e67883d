package dev.leash.internal.io;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber, signalled by a virtual thread: one signal after the other, never more items than requested. Items
 * are taken from the queue only when they are requested; the end is signalled without a request. While an item waits
 * for a request there is no thread, so a subscriber that never requests again leaves none behind.
 */
final class OutputSubscription<T> implements Flow.Subscription {
    private final OutputQueue flow;
    private final ItemSource<T> items;
    private final AtomicLong demand = new AtomicLong();

    /** The number of calls that have not been handled: the call that raises it from zero starts the thread. */
    private final AtomicInteger calls = new AtomicInteger();

    private volatile boolean cancelled;
    private volatile boolean badRequest;
    private volatile @Nullable Thread thread;

    // For the signalling thread; {@code calls} hands these fields from one such thread to the next.
    private Flow.@Nullable Subscriber<? super T> subscriber;
    private boolean subscribed;
    private boolean ended;
    private @Nullable T next;

    OutputSubscription(OutputQueue flow, ItemSource<T> items) {
        this.flow = flow;
        this.items = items;
    }

    void start(Flow.Subscriber<? super T> receiver) {
        subscriber = receiver;
        called();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            badRequest = true;
        } else {
            demand.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
        }
        called();
    }

    @Override
    public void cancel() {
        cancelled = true;
        called();
    }

    private void called() {
        if (calls.getAndIncrement() == 0) {
            Thread.ofVirtual().name("leash-publisher").start(this::signalWhileCalled);
        } else {
            LockSupport.unpark(thread);
        }
    }

    private void signalWhileCalled() {
        thread = Thread.currentThread();
        int seen = 1;
        do {
            Flow.Subscriber<? super T> receiver = subscriber;
            boolean goesOn = false;
            try {
                goesOn = receiver != null && signal(receiver);
            } finally {
                if (!goesOn) {
                    end(); // also if the subscriber has thrown
                }
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void end() {
        cancelled = true;
        subscriber = null; // dropped, as rule 3.13 requires
        next = null;
        flow.close();
    }

    /** Signals what is due; false if there will be no more signals. */
    private boolean signal(Flow.Subscriber<? super T> receiver) {
        if (!subscribed) {
            subscribed = true;
            receiver.onSubscribe(this);
        }
        while (!cancelled) {
            if (badRequest) {
                receiver.onError(new IllegalArgumentException("a request must be for at least one (rule 3.9)"));
                return false;
            }
            T item = next != null ? next : items.poll();
            next = item;
            if (item == null && ended) {
                receiver.onComplete();
                return false;
            } else if (item == null) {
                ended = fetch();
            } else if (demand.get() > 0) {
                next = null;
                demand.decrementAndGet();
                receiver.onNext(item);
            } else {
                return true; // the item waits for a request
            }
        }
        return false;
    }

    /** Takes what has arrived, or waits for it if it is requested; true at the end. */
    private boolean fetch() {
        if (demand.get() > 0) {
            flow.ask();
        }
        Chunk chunk = flow.poll();
        if (chunk != null) {
            items.accept(chunk.bytes);
            flow.release(chunk);
            flow.giveWay();
            return false;
        }
        if (flow.atEnd()) {
            items.end();
            return true;
        }
        flow.wake(Thread.currentThread());
        if (!flow.hasNews() && !cancelled && !badRequest) {
            LockSupport.park(this);
        }
        // An interrupt has no meaning here, and would keep the next park from waiting.
        boolean ignored = Thread.interrupted();
        flow.wake(null);
        return false;
    }
}
