package dev.leash.internal.engine;

import java.util.concurrent.atomic.LongAdder;

/** Counts the runs that an engine has and has had. For any thread. */
public final class RunMeter {
    private final LongAdder started;
    private final LongAdder failedStarts = new LongAdder();
    private final LongAdder ended;
    private final LongAdder timedOut = new LongAdder();

    public RunMeter() {
        this(new LongAdder(), new LongAdder());
    }

    RunMeter(LongAdder started, LongAdder ended) {
        this.started = started;
        this.ended = ended;
    }

    /** A run was started. True: the caller can store that this has been done. */
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

    /** How many runs were started in all. */
    public long startedCount() {
        return started.sum();
    }

    /** How many starts failed. */
    public long failedStartsCount() {
        return failedStarts.sum();
    }

    /** How many runs have not ended. */
    public long liveCount() {
        long over = ended.sum(); // read first, so that the result is never negative
        return started.sum() - over;
    }

    /** How many runs were ended by their deadlines. */
    public long timedOutCount() {
        return timedOut.sum();
    }
}
