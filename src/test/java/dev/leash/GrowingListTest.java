package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A list that shares its array with those that are made from it, and never shows what is theirs. */
@Timeout(60)
class GrowingListTest {
    @Test
    void growsByOneAndIsItselfAsBefore() {
        GrowingList<String> list = GrowingList.of(List.of());
        List<GrowingList<String>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(list);
            list = list.plus("e" + i);
        }
        for (int size = 0; size < 100; size++) {
            assertEquals(IntStream.range(0, size).mapToObj(i -> "e" + i).toList(), all.get(size));
        }
    }

    @Test
    void twoThatAreMadeFromOneAreApart() {
        GrowingList<String> one = GrowingList.of(List.of("a")).plus("b");
        GrowingList<String> first = one.plus("c").plus("d");
        GrowingList<String> second = one.plus("e");
        assertEquals(List.of("a", "b"), one);
        assertEquals(List.of("a", "b", "c", "d"), first);
        assertEquals(List.of("a", "b", "e"), second);
    }

    @Test
    void cannotBeChangedAndHoldsNoNull() {
        GrowingList<String> list = GrowingList.of(List.of("a")).plus("b").plus("c");
        assertThrows(UnsupportedOperationException.class, () -> list.set(0, "x"));
        assertThrows(UnsupportedOperationException.class, () -> list.add("x"));
        assertThrows(UnsupportedOperationException.class, () -> list.remove(0));
        assertThrows(IndexOutOfBoundsException.class, () -> list.get(3));
        assertThrows(NullPointerException.class, () -> list.plus(null));
        assertThrows(NullPointerException.class, () -> GrowingList.of(Arrays.asList("a", null)));
    }

    @Test
    void threadsThatAddToTheSameOneDoNotMeet() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 1_000; round++) {
                GrowingList<Integer> base = GrowingList.of(List.of(-1)).plus(-2);
                List<Future<GrowingList<Integer>>> lists = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    int own = thread;
                    lists.add(threads.submit(() -> {
                        GrowingList<Integer> list = base;
                        for (int i = 0; i < 20; i++) {
                            list = list.plus(own * 100 + i);
                        }
                        return list;
                    }));
                }
                for (int thread = 0; thread < 4; thread++) {
                    int own = thread;
                    List<Integer> expected = new ArrayList<>(List.of(-1, -2));
                    IntStream.range(0, 20).forEach(i -> expected.add(own * 100 + i));
                    assertEquals(expected, lists.get(thread).get());
                }
            }
        }
    }
}
