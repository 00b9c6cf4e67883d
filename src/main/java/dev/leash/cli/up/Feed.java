package dev.leash.cli.up;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what happens to all who follow it. Never waits for them: for one that is too slow the newest items are dropped
 * and counted. For any thread.
 */
final class Feed<T> implements AutoCloseable {
    /** How many bytes are kept for each follower. */
    private static final int KEPT = 256 << 10;

    /** How often a follower looks whether the end has come, or something was dropped and nothing came after it. */
    private static final long CHECK_MILLIS = 200;

    private final ToIntFunction<T> weight;
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param weight how many bytes an item takes */
    Feed(ToIntFunction<T> weight) {
        this.weight = weight;
    }

    /** One who follows, from when it was made on. */
    final class Follower implements AutoCloseable {
        private final Predicate<T> wanted;
        private final BlockingQueue<T> queue = new LinkedBlockingQueue<>();
        private final AtomicInteger kept = new AtomicInteger();
        private final AtomicLong dropped = new AtomicLong();

        private Follower(Predicate<T> wanted) {
            this.wanted = wanted;
        }

        /** The next one, or how many were dropped after those before; null at the end of all. */
        @Nullable
        Entry<T> next() throws InterruptedException {
            while (true) {
                T item = queue.poll(queue.isEmpty() && closed ? 0 : CHECK_MILLIS, TimeUnit.MILLISECONDS);
                if (item != null) {
                    kept.addAndGet(-weight.applyAsInt(item));
                    return new Entry<>(item, 0);
                }
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    return new Entry<>(null, lost);
                }
                if (closed && queue.isEmpty()) {
                    return null;
                }
            }
        }

        /** While something was dropped and not told, the rest is dropped, too: it would seem to come right after. */
        private void take(T item) {
            if (!wanted.test(item)) {
                return;
            }
            int bytes = weight.applyAsInt(item);
            if (dropped.get() > 0 || kept.get() + bytes > KEPT) {
                dropped.incrementAndGet();
            } else {
                kept.addAndGet(bytes);
                queue.add(item);
            }
        }

        @Override
        public void close() {
            followers.remove(this);
        }
    }

    /**
     * What a follower gets: one of both.
     *
     * @param dropped how many were dropped here
     */
    record Entry<T>(@Nullable T item, long dropped) {}

    Follower follow(Predicate<T> wanted) {
        Follower follower = new Follower(wanted);
        followers.add(follower);
        return follower;
    }

    synchronized void pass(T item) {
        followers.forEach(follower -> follower.take(item));
    }

    @Override
    public void close() {
        closed = true;
    }
}
