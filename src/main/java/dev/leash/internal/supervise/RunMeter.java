package dev.leash.internal.supervise;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How many runs an engine has, and has had. Starts are counted by the threads that start, all else by the loop's alone. */
public final class RunMeter {
    private final LongAdder started = new LongAdder();
    private final LongAdder failedStarts = new LongAdder();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong timedOut = new AtomicLong();

    void started() {
        started.increment();
    }

    /** A start has failed. From any thread. */
    public void startFailed() {
        failedStarts.increment();
    }

    void ended() {
        ended.setOpaque(ended.getPlain() + 1);
    }

    void timedOut() {
        timedOut.setOpaque(timedOut.getPlain() + 1);
    }

    /** How many were started in all. */
    public long startedCount() {
        return started.sum();
    }

    /** How many could not be started. */
    public long failedStartsCount() {
        return failedStarts.sum();
    }

    /** How many have not ended. */
    public long liveCount() {
        long over = ended.getOpaque(); // asked first: so there are never fewer than none
        return started.sum() - over;
    }

    /** How many were ended by their deadlines. */
    public long timedOutCount() {
        return timedOut.getOpaque();
    }
}
