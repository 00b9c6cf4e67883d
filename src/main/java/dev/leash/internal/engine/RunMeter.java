package dev.leash.internal.engine;

import java.util.concurrent.atomic.LongAdder;

/** How many runs an engine has, and has had. From any thread. */
public final class RunMeter {
    private final LongAdder started = new LongAdder();
    private final LongAdder failedStarts = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder timedOut = new LongAdder();

    /** True, when it is done. */
    boolean started() {
        started.increment();
        return true;
    }

    /** A start has failed. */
    public void startFailed() {
        failedStarts.increment();
    }

    void ended() {
        ended.increment();
    }

    void timedOut() {
        timedOut.increment();
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
        long over = ended.sum(); // asked first: so there are never fewer than none
        return started.sum() - over;
    }

    /** How many were ended by their deadlines. */
    public long timedOutCount() {
        return timedOut.sum();
    }
}
