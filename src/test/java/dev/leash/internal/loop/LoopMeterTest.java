package dev.leash.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The classes of durations, from end to end. */
class LoopMeterTest {
    @Test
    void eachDurationIsInTheClassWhoseBoundItIsBelow() {
        for (long nanos : new long[] {0, 1, 999, 1_000, 1_999, 2_000, 3_999, 4_000, 1_000_000, 1_048_575_999}) {
            int index = LoopMeter.classOf(nanos);
            assertTrue(nanos < LoopMeter.limitNanos(index), () -> "" + nanos);
            assertTrue(index == 0 || nanos >= LoopMeter.limitNanos(index - 1), () -> "" + nanos);
        }
        int last = LoopMeter.classOf(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, LoopMeter.limitNanos(last));
        assertEquals(last, LoopMeter.classOf(1_048_576_000));
    }

    @Test
    void turnsAreCountedWithTheirSumAndTheLongest() {
        LoopMeter meter = new LoopMeter();
        meter.turned(500);
        meter.turned(3_000);
        meter.turned(1_500);
        assertEquals(5_000, meter.totalNanos());
        assertEquals(3_000, meter.longestNanos());
        assertEquals(3, Arrays.stream(LoopMeter.turnsOf(List.of(meter))).sum());
        assertEquals(1, LoopMeter.turnsOf(List.of(meter))[2]);
    }
}
