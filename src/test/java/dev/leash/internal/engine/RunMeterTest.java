package dev.leash.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunMeterTest {
    private final RunMeter meter = new RunMeter();

    @Test
    void whatHasBeenStartedAndNotEndedIsLive() {
        assertTrue(meter.started());
        assertTrue(meter.started());
        meter.ended();
        meter.timedOut();
        meter.startFailed();
        assertEquals(2, meter.startedCount());
        assertEquals(1, meter.liveCount());
        assertEquals(1, meter.timedOutCount());
        assertEquals(1, meter.failedStartsCount());
    }

    /** A run that starts and ends between the two looks may be counted too much, and never too little. */
    @Test
    void thereAreNeverFewerThanNone() {
        Counter started = new Counter();
        Counter ended = new Counter();
        RunMeter read = new RunMeter(started, ended);
        Runnable aQuickRun = () -> {
            assertTrue(read.started());
            read.ended();
        };
        started.afterARead = aQuickRun;
        ended.afterARead = aQuickRun;
        assertTrue(read.liveCount() >= 0, "less than none");
        assertEquals(0, read.liveCount());
    }

    /** Something happens after it has been read, once. */
    private static final class Counter extends LongAdder {
        private static final long serialVersionUID = 1;

        private transient Runnable afterARead;

        @Override
        public long sum() {
            long sum = super.sum();
            Runnable then = afterARead;
            afterARead = null;
            if (then != null) {
                then.run();
            }
            return sum;
        }
    }
}
