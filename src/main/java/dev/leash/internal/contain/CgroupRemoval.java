package dev.leash.internal.contain;

import dev.leash.internal.sys.Background;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Removes cgroups: those that still had processes when their runs ended on a thread of its own, because moving processes
 * out takes a while. If no thread can be started they stay in a queue, and the next call tries again. For any thread.
 */
final class CgroupRemoval {
    private static final long LONGEST_MILLIS = 2_000;
    private static final long PAUSE_NANOS = 1_000_000;

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
                removeStubbornly(directory, true);
            }
        } finally {
            WORKING.set(false);
        }
        tryAgain(); // an entry that was queued after the last poll
    }

    /** Kills what is in it, and removes it. */
    static void killAndRemove(Path directory) {
        try {
            CgroupFile.write(directory.resolve("cgroup.kill"), "1");
        } catch (IOException e) {
            // The removal shows whether it is empty.
        }
        removeStubbornly(directory, false);
    }

    private static void removeStubbornly(Path directory, boolean moveUp) {
        long end = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
        do {
            if (moveUp) {
                moveUp(directory);
            }
            Clock.sleep(PAUSE_NANOS);
        } while (!remove(directory) && System.nanoTime() < end);
    }

    private static void moveUp(Path directory) {
        try {
            Path own = CgroupHome.ofProcesses().resolve("cgroup.procs");
            for (int pid : Cgroup.members(directory)) {
                CgroupFile.write(own, Integer.toString(pid));
            }
        } catch (IOException e) {
            // A process has ended while it was moved, or no descriptor was left: the next round goes on.
        }
    }

    /** Removes it and those below it, if they have no processes. False if it is still there. */
    static boolean remove(Path directory) {
        if (removeAlone(directory)) {
            return true; // most have none below, and to look for some takes a descriptor
        }
        try {
            Cgroup.below(directory).forEach(CgroupRemoval::remove);
        } catch (IOException e) {
            return false;
        }
        return removeAlone(directory);
    }

    private static boolean removeAlone(Path directory) {
        try {
            boolean ignored = Files.deleteIfExists(directory);
            return true;
        } catch (IOException e) {
            return false; // it has processes, or others below
        }
    }
}
