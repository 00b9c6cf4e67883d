package dev.leash.internal.contain;

import dev.leash.internal.sys.Background;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Removes cgroups that somebody was still in when their runs ended, on a thread of its own: to move processes out takes a
 * while. Where no thread is to be had they are kept in mind, and the next one that comes brings the next try. For any thread.
 */
final class CgroupRemoval {
    private static final ConcurrentLinkedQueue<Path> LEFT = new ConcurrentLinkedQueue<>();
    private static final AtomicBoolean WORKING = new AtomicBoolean();

    private CgroupRemoval() {}

    /** Has {@code directory} removed, soon. */
    static void take(Path directory) {
        LEFT.add(directory);
        tryAgain();
    }

    /** If something is left from before and there was no thread for it. */
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
        tryAgain(); // what came after the last look
    }
}
