package dev.leash.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.LoopThread;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.support.LeakCheck;
import dev.leash.support.Scopes;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is taken out of a pipe that is given up counts like all that was read before. */
@Timeout(60)
class OutputPumpTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @Test
    void restOfAPipeThatIsGivenUpCountsForTheLimit() throws Exception {
        EventLoop loop = new EventLoop(); // turned by the test: it has no thread
        loop.adopt();
        LoopScope scope = Scopes.of(loop);
        CallState state = CallState.create();
        Pipe pipe = Descriptors.pipe(state);
        Descriptors.setNonBlocking(state, pipe.readEnd());
        AtomicInteger counted = new AtomicInteger();
        AtomicInteger exceeded = new AtomicInteger();
        CaptureSink sink = new CaptureSink(
                new SharedBuffer(scope), new OutputTarget.Captured(10_000, OutputTarget.Keep.STOP), () -> {});
        OutputPump pump = Scopes.act(
                scope,
                () -> new OutputPump(
                        scope,
                        pipe.readEnd(),
                        sink,
                        count -> Math.clamp(2_000L - counted.getAndAdd(count), 0, count),
                        exceeded::incrementAndGet,
                        () -> {},
                        thrown -> {},
                        new StallWatch(() -> 0, () -> 0, 1)));
        assertEquals(0, Descriptors.writeAll(state, pipe.writeEnd(), new byte[5_000]));
        Descriptors.close(state, pipe.writeEnd());
        scope.insist(pump::abandon);
        assertEquals(5_000, counted.get());
        assertEquals(3_000, pump.dropped());
        assertEquals(2_000, sink.take().length);
        assertTrue(exceeded.get() > 0);
        assertFalse(pump.complete());
        CountDownLatch closed = new CountDownLatch(1);
        new LoopThread("leash-pump", loop, () -> true, thrown -> {}, closed::countDown).start();
        closed.await();
    }
}
