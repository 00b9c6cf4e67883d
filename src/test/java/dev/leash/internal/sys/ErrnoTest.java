package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.support.Skip;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
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

    /** glibc's own from 2.32 on; the table in the library is for those that have none, so it must be the same. */
    @Test
    void namesAndDescriptionsAreThoseOfGlibc() throws Throwable {
        MethodHandle name = text("strerrorname_np");
        MethodHandle description = text("strerrordesc_np");
        for (int errno = 1; errno < 4096; errno++) {
            String itsName = string((MemorySegment) name.invokeExact(errno));
            String itsText = string((MemorySegment) description.invokeExact(errno));
            assertEquals(itsName == null ? "errno " + errno : itsName, Errno.name(errno));
            assertEquals(itsText == null ? "Unknown error " + errno : itsText, Errno.description(errno));
        }
        for (int none : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertEquals("errno " + none, Errno.name(none));
            assertEquals("Unknown error " + none, Errno.description(none));
        }
    }

    private static MethodHandle text(String function) {
        Optional<MemorySegment> address = Linker.nativeLinker().defaultLookup().find(function);
        Skip.unless(address.isPresent(), "this libc has no " + function);
        return Linker.nativeLinker()
                .downcallHandle(
                        address.orElseThrow(), FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    private static @Nullable String string(MemorySegment text) {
        return text.address() == 0 ? null : text.reinterpret(256).getString(0);
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
