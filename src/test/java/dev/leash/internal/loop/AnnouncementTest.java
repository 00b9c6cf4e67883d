package dev.leash.internal.loop;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.internal.sys.Epoll;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A task that can wait for a descriptor is neither forgotten nor a reason to wake the loop. With the loop's own thread. */
@Timeout(120)
class AnnouncementTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final String THREAD = "announced";

    private final CallState state = CallState.create();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch gone = new CountDownLatch(1);
    private EventLoop loop;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop();
        new LoopThread(THREAD, loop, ended::get, Throwable::printStackTrace, gone::countDown).start();
    }

    @AfterEach
    void close() throws Exception {
        loop.execute(() -> ended.set(true));
        assertTrue(gone.await(30, TimeUnit.SECONDS));
    }

    private static void write(CallState state, Pipe pipe) {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(1, Descriptors.write(state, pipe.writeEnd(), arena.allocate(1)));
        }
    }

    private void close(Pipe pipe) {
        Descriptors.close(state, pipe.readEnd());
        Descriptors.close(state, pipe.writeEnd());
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(30, TimeUnit.SECONDS), "it was forgotten");
    }

    @Test
    void taskRunsWhenSomethingHappensAndSeesItWhenItRegisters() throws Exception {
        Pipe pipe = Descriptors.pipe(state);
        CountDownLatch ran = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        eventually("the loop sleeps, or it would find the task by itself", AnnouncementTest::loopSleeps);
        loop.executeOnEvent(state, new int[] {pipe.readEnd()}, TimerQueue.NEVER, () -> {
            ran.countDown();
            registerOnce(pipe, read);
        });
        assertEquals(1, ran.getCount(), "nobody has woken the loop");
        write(state, pipe);
        await(ran);
        await(read);
        close(pipe);
    }

    private static boolean loopSleeps() throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("stat")).contains(" (" + THREAD + ") S ")) {
                    return true;
                }
            }
        }
        return false;
    }

    private void registerOnce(Pipe pipe, CountDownLatch read) {
        try {
            Registration[] own = new Registration[1];
            own[0] = loop.register(pipe.readEnd(), Epoll.IN, readiness -> {
                own[0].cancel();
                read.countDown();
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void taskRunsInTimeIfNothingHappens() throws Exception {
        Pipe pipe = Descriptors.pipe(state);
        CountDownLatch ran = new CountDownLatch(1);
        loop.executeOnEvent(state, new int[] {pipe.readEnd()}, Clock.monotonicNanos() + 50_000_000, ran::countDown);
        await(ran); // no timer was armed so early, so the loop was woken
        close(pipe);
    }

    @Test
    void taskDoesNotOvertakeAnEarlierOneNorIsItOvertaken() throws Exception {
        Pipe pipe = Descriptors.pipe(state);
        AtomicInteger order = new AtomicInteger();
        int[] seen = new int[3];
        CountDownLatch ran = new CountDownLatch(3);
        loop.executeOnEvent(state, new int[] {pipe.readEnd()}, TimerQueue.NEVER, () -> {
            seen[0] = order.incrementAndGet();
            ran.countDown();
        });
        loop.execute(() -> {
            seen[1] = order.incrementAndGet();
            ran.countDown();
        });
        loop.execute(() -> {
            seen[2] = order.incrementAndGet();
            ran.countDown();
        });
        await(ran);
        assertEquals(List.of(1, 2, 3), List.of(seen[0], seen[1], seen[2]));
        close(pipe);
    }

    /** What happens while the task is being handed over: before, between and after all its steps. */
    @Test
    void eventInTheMomentOfTheHandOverIsNotLost() throws Exception {
        for (int round = 0; round < 20_000; round++) {
            Pipe pipe = Descriptors.pipe(state);
            CountDownLatch read = new CountDownLatch(1);
            AtomicBoolean go = new AtomicBoolean();
            int spins = round % 400;
            Thread writer = Thread.ofPlatform().start(() -> {
                try (CallState own = CallState.open()) {
                    while (!go.get()) {
                        Thread.onSpinWait();
                    }
                    for (int spin = 0; spin < spins; spin++) {
                        Thread.onSpinWait();
                    }
                    write(own, pipe);
                }
            });
            go.set(true);
            loop.executeOnEvent(state, new int[] {pipe.readEnd()}, TimerQueue.NEVER, () -> registerOnce(pipe, read));
            await(read);
            writer.join();
            close(pipe);
        }
    }

    /** A timer that fires meanwhile is no timer to wait for any more. */
    @Test
    void timerThatFiresInTheMomentOfTheHandOverIsNotWaitedForTwice() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            CountDownLatch armed = new CountDownLatch(1);
            CountDownLatch ran = new CountDownLatch(1);
            long due = Clock.monotonicNanos() + 300_000;
            loop.execute(() -> {
                loop.schedule(due, () -> {});
                armed.countDown();
            });
            await(armed);
            while (Clock.monotonicNanos() < due - 20_000 + round % 40 * 1_000L) {
                Thread.onSpinWait();
            }
            loop.executeOnEvent(state, new int[0], due + 1_000_000, ran::countDown);
            await(ran);
        }
    }
}
