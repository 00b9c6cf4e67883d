package dev.leash.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void thereAreNeverFewerThanNone() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    boolean ignored = meter.started();
                    meter.ended();
                }
            }));
        }
        long least = 0;
        for (int look = 0; look < 200_000; look++) {
            least = Math.min(least, meter.liveCount());
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, least);
        assertEquals(0, meter.liveCount());
    }
}
