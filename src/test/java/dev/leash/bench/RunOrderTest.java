package dev.leash.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunOrderTest {
    @Test
    void everyRoundHasEveryVariantOnce() {
        RunOrder order = new RunOrder(1, 5);
        for (int round = 0; round < 100; round++) {
            int[] sorted = order.next();
            Arrays.sort(sorted);
            assertArrayEquals(new int[] {0, 1, 2, 3, 4}, sorted);
        }
    }

    @Test
    void everyOrderIsAsLikelyAsAnyOther() {
        RunOrder order = new RunOrder(4711, 3);
        Map<String, Integer> seen = new HashMap<>();
        IntStream.range(0, 6_000).forEach(round -> seen.merge(Arrays.toString(order.next()), 1, Integer::sum));
        assertEquals(6, seen.size());
        seen.forEach((which, times) -> assertEquals(1_000, times, 120, which)); // four standard deviations
    }

    @Test
    void sameSeedGivesTheSameOrders() {
        assertEquals(orders(7), orders(7));
        assertNotEquals(orders(7), orders(8));
    }

    private static String orders(long seed) {
        RunOrder order = new RunOrder(seed, 4);
        StringBuilder orders = new StringBuilder();
        IntStream.range(0, 10).forEach(round -> orders.append(Arrays.toString(order.next())));
        return orders.toString();
    }
}
