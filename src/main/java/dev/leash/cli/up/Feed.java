package dev.leash.cli.up;

import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what happens to all who follow it. Never waits for them: for one that is too slow the newest items are dropped
 * and counted. For any thread.
 */
final class Feed<T> implements AutoCloseable {
    /** How much is kept for each follower. */
    private static final int KEPT = 4096;

    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** One who follows, from when it was made on. */
    final class Follower implements AutoCloseable {
        private final Predicate<T> wanted;
        private final BlockingQueue<Entry<T>> queue = new ArrayBlockingQueue<>(KEPT);

        /** For the thread that passes something on: that is one at a time, by the lock of {@link Feed#pass}. */
        private long dropped;

        private Follower(Predicate<T> wanted) {
            this.wanted = wanted;
        }

        /** The next one; null at the end of all. */
        @Nullable
        Entry<T> next() throws InterruptedException {
            while (true) {
                Entry<T> entry = queue.poll(CHECK_MILLIS, TimeUnit.MILLISECONDS);
                if (entry != null || closed) {
                    return entry;
                }
            }
        }

        private void take(T item) {
            if (!wanted.test(item)) {
                return;
            }
            boolean taken = queue.offer(new Entry<>(item, dropped));
            dropped = taken ? 0 : dropped + 1;
        }

        @Override
        public void close() {
            followers.remove(this);
        }
    }

    /** @param dropped how many were dropped before it */
    record Entry<T>(T item, long dropped) {}

    /** How often a follower looks whether the end has come: a full queue has no place for that. */
    private static final long CHECK_MILLIS = 200;

    Follower follow(Predicate<T> wanted) {
        Follower follower = new Follower(wanted);
        followers.add(follower);
        return follower;
    }

    synchronized void pass(T item) {
        if (!followers.isEmpty()) {
            followers.forEach(follower -> follower.take(item));
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
