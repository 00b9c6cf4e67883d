package dev.leash;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What any thread may know of a group of services. Written by the loop's thread. */
final class GroupRecord {
    /**
     * The group at a moment.
     *
     * @param obstacle a service because of which it will not be ready by itself; null if there is none
     */
    record Look(boolean ready, boolean over, @Nullable ServiceHandle obstacle) {}

    private record Waiter(Predicate<Look> wanted, CompletableFuture<Look> future) {}

    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private volatile Look look = new Look(false, false, null);

    /** Completed with the first look from now on that is wanted. For any thread. */
    CompletableFuture<Look> when(Predicate<Look> wanted) {
        CompletableFuture<Look> future = new CompletableFuture<>();
        Waiter waiter = new Waiter(wanted, future);
        waiters.add(waiter);
        Look known = look; // read after it was added
        if (wanted.test(known)) {
            waiters.remove(waiter);
            future.complete(known);
        }
        CompletableFuture<Look> ignored = future.whenComplete((l, thrown) -> waiters.remove(waiter));
        return future;
    }

    /** For the loop's thread. */
    void changed(boolean ready, boolean over, @Nullable ServiceHandle obstacle) {
        Look now = new Look(ready, over, obstacle);
        look = now;
        for (Waiter waiter : waiters) {
            if (waiter.wanted.test(now)) {
                waiters.remove(waiter);
                CompletableFuture<Look> ignored = waiter.future.completeAsync(() -> now, Thread::startVirtualThread);
            }
        }
    }
}
