package dev.leash;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * A value that one thread at a time changes, and that any thread may read and wait for. Who waits is told on a virtual
 * thread, so that no user code holds up the one that changes it.
 *
 * @param <T> of the value, which is immutable
 */
final class Watched<T> {
    private final ConcurrentLinkedQueue<Waiter<T>> waiters = new ConcurrentLinkedQueue<>();
    private volatile T value;

    private record Waiter<T>(Predicate<? super T> wanted, CompletableFuture<T> future) {}

    Watched(T first) {
        value = first;
    }

    T get() {
        return value;
    }

    /** Completed with the first value from now on that is wanted. */
    CompletableFuture<T> when(Predicate<? super T> wanted) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Waiter<T> waiter = new Waiter<>(wanted, future);
        waiters.add(waiter);
        T known = value; // read after it was added
        if (wanted.test(known)) {
            waiters.remove(waiter);
            future.complete(known);
        }
        CompletableFuture<T> ignored = future.whenComplete((v, thrown) -> waiters.remove(waiter));
        return future;
    }

    /** Readers see it from now on. For the thread that changes it, which then {@linkplain #tell tells} of it. */
    void set(T now) {
        value = now;
    }

    /** Tells those that wait for such a value. */
    void tell() {
        T now = value;
        for (Waiter<T> waiter : waiters) {
            if (waiter.wanted.test(now)) {
                waiters.remove(waiter);
                CompletableFuture<T> ignored = waiter.future.completeAsync(() -> now, Thread::startVirtualThread);
            }
        }
    }
}
