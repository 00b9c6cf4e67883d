package dev.leash.internal.contain;

import dev.leash.internal.sys.Background;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Removes cgroups that still had processes when their runs ended, on a thread of its own, because moving processes
 * out takes a while. If no thread can be started they stay in a queue, and the next call tries again. For any thread.
 */
final class CgroupRemoval {
    private static final ConcurrentLinkedQueue<Path> LEFT = new ConcurrentLinkedQueue<>();
    private static final AtomicBoolean WORKING = new AtomicBoolean();

    private CgroupRemoval() {}

    /** Queues {@code directory} for removal. */
    static void take(Path directory) {
        LEFT.add(directory);
        tryAgain();
    }

    /** Starts a thread if the queue has an entry and no thread works on it. */
    static void tryAgain() {
        if (!LEFT.isEmpty()
                && WORKING.compareAndSet(false, true)
                && !Background.start("leash-cgroup", CgroupRemoval::work)) {
            WORKING.set(false);
        }
    }

    private static void work() {
        try {
            for (Path directory = LEFT.poll(); directory != null; directory = LEFT.poll()) {
                Cgroup.removeStubbornly(directory, true);
            }
        } finally {
            WORKING.set(false);
        }
        tryAgain(); // an entry that was queued after the last poll
    }
}
