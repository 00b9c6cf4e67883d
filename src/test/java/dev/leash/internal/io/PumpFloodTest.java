package dev.leash.internal.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.LoopThread;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.support.LeakCheck;
import dev.leash.support.Scopes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** G8: one turn of the loop takes a bounded part of a flood, however fast it comes. */
@Timeout(60)
class PumpFloodTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Four reads of the whole buffer are 1 MiB. */
    private static final long MOST = 1024 * 1024;

    @Test
    void oneTurnTakesABoundedPartOfAFlood() throws Exception {
        EventLoop loop = new EventLoop(); // turned by the test: it has no thread
        loop.adopt();
        LoopScope scope = Scopes.of(loop);
        CallState state = CallState.create();
        Pipe pipe = Descriptors.pipe(state);
        Descriptors.setNonBlocking(state, pipe.readEnd());
        AtomicLong taken = new AtomicLong();
        CaptureSink sink = new CaptureSink(
                new SharedBuffer(scope), new OutputTarget.Captured(1_000, OutputTarget.Keep.HEAD), () -> {});
        OutputPump pump = Scopes.act(
                scope,
                () -> new OutputPump(
                        scope,
                        pipe.readEnd(),
                        sink,
                        count -> {
                            taken.addAndGet(count);
                            return count;
                        },
                        () -> {},
                        () -> {},
                        thrown -> {},
                        new StallWatch(() -> 0, () -> 0, 1)));
        List<Thread> writers = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            writers.add(Thread.ofPlatform().start(() -> flood(pipe.writeEnd())));
        }
        long most = 0;
        long end = System.nanoTime() + 1_500_000_000L;
        while (System.nanoTime() < end || taken.get() <= 10_000_000) {
            long before = taken.get();
            loop.turn(true);
            most = Math.max(most, taken.get() - before);
        }
        scope.insist(pump::close); // the writers find nobody to read
        for (Thread writer : writers) {
            writer.join();
        }
        Descriptors.close(state, pipe.writeEnd());
        CountDownLatch closed = new CountDownLatch(1);
        new LoopThread("leash-flood", loop, () -> true, thrown -> {}, closed::countDown).start();
        closed.await();
        long mostTaken = most;
        assertTrue(mostTaken <= MOST, () -> mostTaken + " bytes in one turn");
    }

    private static void flood(int fd) {
        CallState state = CallState.create();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(16 * 1024);
            int count = 0;
            while (count >= 0) {
                count = Descriptors.write(state, fd, block);
            }
        }
    }
}
