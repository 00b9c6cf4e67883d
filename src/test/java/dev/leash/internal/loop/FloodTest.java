package dev.leash.internal.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.io.CaptureBuffer;
import dev.leash.internal.io.OutputPump;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.support.LeakCheck;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** G8: one turn of the loop takes a bounded part of a flood, however fast it comes. */
@Timeout(60)
class FloodTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Four reads of the whole buffer, and what the pipe and the writers have in hand when they are counted. */
    private static final long MOST = 4 * 256 * 1024 + 1024 * 1024;

    @Test
    void oneTurnTakesABoundedPartOfAFlood() throws Exception {
        EventLoop loop = new EventLoop();
        loop.adopt();
        CallState state = CallState.create();
        Pipe pipe = Descriptors.pipe(state);
        Descriptors.setNonBlocking(state, pipe.readEnd());
        OutputPump.Listener nobody = new OutputPump.Listener() {
            @Override
            public void ended() {}

            @Override
            public void limitReached() {}
        };
        OutputPump pump = new OutputPump(loop, new SharedBuffer(), pipe.readEnd(), new CaptureBuffer(1_000), nobody);
        AtomicLong written = new AtomicLong();
        List<Thread> writers = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            writers.add(Thread.ofPlatform().start(() -> flood(pipe.writeEnd(), written)));
        }
        long most = 0;
        long end = System.nanoTime() + 1_500_000_000L;
        while (System.nanoTime() < end) {
            long before = written.get();
            loop.turn(true);
            most = Math.max(most, written.get() - before);
        }
        pump.abandon(); // the writers find nobody to read
        for (Thread writer : writers) {
            writer.join();
        }
        Descriptors.close(state, pipe.writeEnd());
        loop.close();
        long taken = most;
        assertTrue(taken <= MOST, () -> taken + " bytes in one turn");
        assertTrue(written.get() > 10_000_000, "that was no flood");
    }

    private static void flood(int fd, AtomicLong written) {
        CallState state = CallState.create();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(16 * 1024);
            for (int count = 0; count >= 0; count = Descriptors.write(state, fd, block)) {
                written.addAndGet(count);
            }
        }
    }
}
