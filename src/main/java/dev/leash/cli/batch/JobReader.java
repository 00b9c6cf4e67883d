package dev.leash.cli.batch;

import dev.leash.internal.sys.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the jobs of a batch on a thread of its own, because that may take for ever; it reads only when there is room
 * for one more. The other methods are for the thread that runs the jobs.
 */
final class JobReader {
    /** Made while there is memory. */
    private static final Item NO_MEMORY = new Item(null, "could not read the jobs: there is too little memory");

    private final JobLines jobs;
    private final @Nullable JobLog log;
    private final Semaphore room;
    private final Queue<Item> items = new ConcurrentLinkedQueue<>();
    private final AtomicLong skipped = new AtomicLong();
    private boolean ended;
    private @Nullable String failure;

    /**
     * What was read.
     *
     * @param job null at the end
     * @param failure why the jobs could not be read; null if they could
     */
    private record Item(@Nullable BatchJob job, @Nullable String failure) {}

    /**
     * Reads nothing yet.
     *
     * @param log jobs that are done according to it are skipped; null for none
     * @param room how many jobs it reads before {@link #makeRoom} lets it read another
     */
    JobReader(JobLines jobs, @Nullable JobLog log, int room) {
        this.jobs = jobs;
        this.log = log;
        this.room = new Semaphore(room);
    }

    /** @param wake called on the reading thread when {@link #poll} has something new */
    void start(Runnable wake) {
        Thread.ofPlatform().daemon().name("leash-jobs").start(() -> {
            Item item;
            do {
                item = read();
                hand(item, wake);
            } while (item.job != null);
        });
    }

    /** Also while the heap is full, since the batch would wait for ever. */
    private void hand(Item item, Runnable wake) {
        boolean added = false;
        while (true) {
            try {
                added = added || items.add(item);
                wake.run();
                return;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory();
            }
        }
    }

    private Item read() {
        try {
            room.acquire();
            BatchJob job = jobs.next();
            while (job != null && log != null && log.isDone(job)) {
                skipped.incrementAndGet();
                job = jobs.next();
            }
            return new Item(job, null);
        } catch (OutOfMemoryError e) {
            return NO_MEMORY;
        } catch (Exception e) {
            return new Item(null, "could not read the jobs: " + e.getMessage());
        }
    }

    /** The next job; null if it has not been read yet, or there is none any more. */
    @Nullable
    BatchJob poll() {
        Item item = items.poll();
        if (item == null) {
            return null;
        }
        ended = item.job == null;
        failure = item.failure;
        return item.job;
    }

    /** Whether the last job has been taken. */
    boolean hasEnded() {
        return ended;
    }

    /** Why it ended before the last job; null if it did not. */
    @Nullable
    String failure() {
        return failure;
    }

    /** A job has ended, so one more may be read. */
    void makeRoom() {
        room.release();
    }

    /** How many jobs were done in an earlier batch. For any thread. */
    long skipped() {
        return skipped.get();
    }
}
