package dev.leash.spawning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.support.RunsCommands;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A thread that is interrupted starts as any other: what does not end at an interrupt does not end early at one. */
@Timeout(60)
class InterruptedStartTest extends RunsCommands {
    private static final long BUSY_MILLIS = 100;

    @TempDir
    Path directory;

    /** What {@code action} returns on a thread that is interrupted, and stays so. */
    private static <T> T interrupted(Callable<T> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            try {
                T value = action.call();
                assertTrue(Thread.currentThread().isInterrupted(), "the interrupt is kept");
                result.complete(value);
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.join();
        return result.join();
    }

    @Test
    void programThatIsOpenForWritingForAMomentIsWaitedFor() throws Exception {
        Path program = directory.resolve("program");
        Files.copy(Path.of("/bin/true"), program);
        assertTrue(program.toFile().setExecutable(true));
        while (!isWaitedFor(program)) {
            Thread.onSpinWait(); // it was open for more than a moment, since its writer got no processor
        }
    }

    /** Whether it was started; false if it could not be, and was open for writing for longer than a start waits. */
    private boolean isWaitedFor(Path program) throws Exception {
        OutputStream open = Files.newOutputStream(program, StandardOpenOption.APPEND);
        long opened = System.nanoTime();
        FutureTask<Duration> writer = new FutureTask<>(() -> {
            try (open) {
                Thread.sleep(BUSY_MILLIS);
            }
            return Duration.ofNanos(System.nanoTime() - opened);
        });
        Thread.ofPlatform().start(writer);
        try {
            Child child = interrupted(() -> start(Command.of(program.toString())));
            assertExited(0, child.await());
            return true;
        } catch (CompletionException e) {
            SpawnException busy = assertInstanceOf(SpawnException.class, e.getCause());
            assertEquals("ETXTBSY", busy.errnoName());
            assertAtLeast(millis(3 * BUSY_MILLIS), writer.get());
            return false;
        } finally {
            writer.get();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GROUP", "TREE"})
    void childWithSettingsIsStarted(Containment containment) throws Exception {
        for (int round = 0; round < 20; round++) {
            Child child = interrupted(() -> start(Command.of("nice").nice(7).containment(containment)));
            assertEquals("7\n", child.await().stdout());
        }
    }

    @Test
    void supervisorIsMadeAndClosed() throws Exception {
        Child child = interrupted(() -> {
            try (Supervisor another = Supervisor.create()) {
                return another.start(marked(Command.of("sleep", "600")));
            }
        });
        assertEquals(Cause.CLOSED, child.await().cause());
    }

    @Test
    void pauseTakesItsTime() throws Exception {
        long took = interrupted(() -> {
            long before = System.nanoTime();
            Clock.sleep(20_000_000);
            return System.nanoTime() - before;
        });
        assertTrue(took >= 20_000_000, took + " ns");
    }

    /** It is written to a pipe that is full for a moment, and does not block. */
    @Test
    void writerOfAllWaitsWithoutSpinning() throws Exception {
        try (CallState state = CallState.open()) {
            Descriptors.Pipe pipe = Descriptors.pipe(state);
            Descriptors.setNonBlocking(state, pipe.writeEnd());
            CompletableFuture<Long> cpu = new CompletableFuture<>();
            Thread writer = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                try (CallState own = CallState.open()) {
                    long before = java.lang.management.ManagementFactory.getThreadMXBean()
                            .getCurrentThreadCpuTime();
                    Descriptors.writeAll(own, pipe.writeEnd(), new byte[1 << 17]);
                    cpu.complete(java.lang.management.ManagementFactory.getThreadMXBean()
                                    .getCurrentThreadCpuTime()
                            - before);
                }
            });
            Thread.sleep(300);
            byte[] sink = new byte[1 << 17];
            try (java.io.FileInputStream in = new java.io.FileInputStream("/proc/self/fd/" + pipe.readEnd())) {
                assertEquals(sink.length, in.readNBytes(sink, 0, sink.length));
            }
            long took = cpu.join();
            writer.join();
            assertTrue(took < 200_000_000, took + " ns of the processor");
            Descriptors.close(state, pipe.readEnd());
            Descriptors.close(state, pipe.writeEnd());
        }
    }
}
