package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ErrnoTest {
    @Test
    void everyConstantHasItsOwnName() throws IllegalAccessException {
        int constants = 0;
        for (Field field : Errno.class.getFields()) {
            assertEquals(field.getName(), Errno.name(field.getInt(null)));
            constants++;
        }
        assertTrue(constants > 10, "found " + constants);
    }

    @Test
    void descriptionsDoNotDependOnTheLocale() {
        assertEquals("No such file or directory", Errno.description(Errno.ENOENT));
        assertEquals("Too many open files", Errno.description(Errno.EMFILE));
    }

    @Test
    void aNumberWithoutANameIsShownAsANumber() {
        assertEquals("errno 4000", Errno.name(4000));
        assertEquals("Unknown error 4000", Errno.description(4000));
    }

    /** One shared segment for errno is the mistake that several libraries made. */
    @Test
    void threadsDoNotReadEachOthersErrors() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> ends = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(4)) {
            for (int thread = 0; thread < 4; thread++) {
                boolean missing = thread % 2 == 0;
                String path = missing ? "/no-such-file" : "/proc/self/status/x";
                int expected = missing ? -Errno.ENOENT : -Errno.ENOTDIR;
                ends.add(pool.submit(() -> {
                    go.await();
                    try (Arena arena = Arena.ofConfined()) {
                        CallState state = CallState.in(arena);
                        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
                        for (int i = 0; i < 20_000; i++) {
                            assertEquals(expected, NativePaths.exists(state, arena, bytes));
                        }
                    }
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> end : ends) {
                end.get();
            }
        }
    }
}
