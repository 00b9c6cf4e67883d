package dev.leash.internal.io;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber and the virtual thread that signals it: one signal after the other, never more items than requested. Items
 * are taken from the flow only when they are asked for; the end is told without being asked.
 */
final class OutputSubscription<T> implements Flow.Subscription {
    private final OutputFlow flow;
    private final ItemSource<T> items;
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean cancelled;
    private volatile boolean badRequest;
    private volatile @Nullable Thread thread;

    OutputSubscription(OutputFlow flow, ItemSource<T> items) {
        this.flow = flow;
        this.items = items;
    }

    /** The thread holds the subscriber, this object does not: a cancelled subscription lets go of it (rule 3.13). */
    void start(Flow.Subscriber<? super T> subscriber) {
        Thread signalling = Thread.ofVirtual().name("leash-publisher").unstarted(() -> signal(subscriber));
        thread = signalling;
        signalling.start();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            badRequest = true;
        } else {
            demand.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
        }
        LockSupport.unpark(thread);
    }

    @Override
    public void cancel() {
        cancelled = true;
        LockSupport.unpark(thread);
    }

    private void signal(Flow.Subscriber<? super T> subscriber) {
        try {
            subscriber.onSubscribe(this);
            T next = null;
            boolean ended = false;
            while (!cancelled) {
                if (badRequest) {
                    cancelled = true;
                    subscriber.onError(new IllegalArgumentException("a request must be for at least one (rule 3.9)"));
                } else if (next != null) {
                    if (demand.get() > 0) {
                        T item = next;
                        next = null;
                        demand.decrementAndGet();
                        subscriber.onNext(item);
                    } else {
                        LockSupport.park(this);
                    }
                } else {
                    next = items.poll();
                    if (next == null && ended) {
                        cancelled = true;
                        subscriber.onComplete();
                    } else if (next == null) {
                        ended = fetch();
                    }
                }
            }
        } finally {
            thread = null;
            flow.close();
        }
    }

    /** Takes what has come, or waits for it if it is wanted; true at the end. */
    private boolean fetch() {
        if (demand.get() > 0) {
            flow.ask();
        }
        Chunk chunk = flow.poll();
        if (chunk != null) {
            items.accept(chunk.bytes);
            flow.release(chunk);
            return false;
        }
        if (flow.atEnd()) {
            items.end();
            return true;
        }
        Thread own = Thread.currentThread();
        flow.wake(own);
        if (!flow.hasNews() && !cancelled && !badRequest) {
            LockSupport.park(this);
        }
        flow.wake(null);
        return false;
    }
}
