package dev.leash.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimerQueueTest {
    private final TimerQueue queue = new TimerQueue();
    private final List<String> fired = new ArrayList<>();

    @Test
    void emptyQueueIsNeverDue() {
        assertEquals(TimerQueue.NEVER, queue.nextDueNanos());
        queue.fireDue(Long.MAX_VALUE);
        assertEquals(0, queue.size());
    }

    @Test
    void firesAtItsTimeAndNeverBefore() {
        queue.schedule(100, () -> fired.add("a"));
        queue.fireDue(99);
        assertEquals(List.of(), fired);
        queue.fireDue(100);
        queue.fireDue(1000);
        assertEquals(List.of("a"), fired);
    }

    @Test
    void sameTimeFiresInTheOrderOfScheduling() {
        for (int index = 0; index < 40; index++) {
            String name = "t" + index;
            queue.schedule(7, () -> fired.add(name));
        }
        queue.fireDue(7);
        for (int index = 0; index < 40; index++) {
            assertEquals("t" + index, fired.get(index));
        }
    }

    @Test
    void actionsMayScheduleAndCancel() {
        Timer victim = queue.schedule(20, () -> fired.add("victim"));
        queue.schedule(10, () -> {
            fired.add("first");
            queue.cancel(victim);
            queue.schedule(15, () -> fired.add("added"));
            queue.schedule(31, () -> fired.add("later"));
        });
        queue.fireDue(30);
        assertEquals(List.of("first", "added"), fired);
        assertEquals(31, queue.nextDueNanos());
    }

    @Test
    void cancelledOrFiredTimerCanBeCancelledAgain() {
        Timer cancelled = queue.schedule(5, () -> fired.add("cancelled"));
        Timer fires = queue.schedule(6, () -> fired.add("fires"));
        Timer stays = queue.schedule(9, () -> fired.add("stays"));
        queue.cancel(cancelled);
        queue.cancel(cancelled);
        queue.fireDue(6);
        queue.cancel(fires);
        queue.cancel(cancelled);
        assertEquals(List.of("fires"), fired);
        assertEquals(1, queue.size());
        queue.cancel(stays);
        assertEquals(0, queue.size());
    }

    @Test
    void timeAfterSaturatesInsteadOfOverflowing() {
        assertEquals(15, TimerQueue.after(5, 10));
        assertEquals(TimerQueue.NEVER, TimerQueue.after(5, Long.MAX_VALUE));
        assertEquals(TimerQueue.NEVER, TimerQueue.after(Long.MAX_VALUE, 1));
        assertEquals(TimerQueue.NEVER, TimerQueue.after(Long.MAX_VALUE - 1, 1));
        assertEquals(Long.MAX_VALUE - 1, TimerQueue.after(Long.MAX_VALUE - 2, 1));
        assertEquals(5, TimerQueue.after(5, 0));
    }

    @Test
    void randomOperationsAgreeWithASortedList() {
        for (int seed = 0; seed < 200; seed++) {
            compareWithModel(new Random(seed));
        }
    }

    private record Expected(long due, int order, Timer timer) {}

    private static void compareWithModel(Random random) {
        TimerQueue queue = new TimerQueue();
        List<Expected> model = new ArrayList<>();
        List<Integer> fired = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 400; step++) {
            int choice = random.nextInt(10);
            if (choice < 5) {
                int number = step;
                // Few different times, so that many are equal.
                long due = now + random.nextInt(20);
                model.add(new Expected(due, number, queue.schedule(due, () -> fired.add(number))));
            } else if (choice < 8 && !model.isEmpty()) {
                queue.cancel(model.remove(random.nextInt(model.size())).timer());
            } else {
                now += random.nextInt(8);
                long time = now;
                queue.fireDue(time);
                model.sort(Comparator.comparingLong(Expected::due).thenComparingInt(Expected::order));
                while (!model.isEmpty() && model.getFirst().due() <= time) {
                    expected.add(model.removeFirst().order());
                }
            }
            assertEquals(expected, fired);
            assertEquals(model.size(), queue.size());
            long next = model.stream().mapToLong(Expected::due).min().orElse(TimerQueue.NEVER);
            assertEquals(next, queue.nextDueNanos());
        }
        assertTrue(!expected.isEmpty());
    }
}
