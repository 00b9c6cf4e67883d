package dev.leash.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.LoopThread;
import dev.leash.internal.sys.BufferMemory;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.support.LeakCheck;
import dev.leash.support.Scopes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where memory for buffers is short, reading waits as for a slow reader: each has one buffer at least, and goes on with that. */
@Timeout(60)
class ShortMemoryTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** No memory for anything but what each reader has to have. */
    private final ChunkPool pool = new ChunkPool(new BufferMemory(0));

    private final CallState state = CallState.create();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean end;
    private EventLoop loop;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop();
        new LoopThread("leash-short", loop, () -> end, thrown -> {}, closed::countDown).start();
    }

    @AfterEach
    void close() throws Exception {
        loop.execute(() -> end = true);
        closed.await();
    }

    private record Reading(LoopScope scope, OutputQueue queue, OutputPump pump) {}

    private OutputQueue queue(Pipe pipe) throws Exception {
        return reading(pipe).queue();
    }

    private Reading reading(Pipe pipe) throws Exception {
        assertEquals(0, Descriptors.setNonBlocking(state, pipe.readEnd()));
        LoopScope scope = Scopes.of(loop);
        OutputQueue queue = new OutputQueue(scope, pool);
        CompletableFuture<OutputPump> connected = new CompletableFuture<>();
        scope.execute(() -> {
            try {
                OutputPump pump = new OutputPump(
                        scope,
                        pipe.readEnd(),
                        queue,
                        count -> count,
                        () -> {},
                        () -> {},
                        thrown -> {},
                        new StallWatch(() -> 0, () -> 0, 1));
                queue.connect(pump);
                connected.complete(pump);
            } catch (Exception e) {
                connected.completeExceptionally(e);
            }
        });
        return new Reading(scope, queue, connected.get());
    }

    private static Thread writer(Pipe pipe, int bytes) {
        return Thread.ofPlatform().start(() -> {
            try (CallState own = CallState.open()) {
                assertEquals(0, Descriptors.writeAll(own, pipe.writeEnd(), bytes(bytes)));
                Descriptors.close(own, pipe.writeEnd());
            }
        });
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void poolHasNoMoreThanTheLimitButForWhoHasNothing() {
        ChunkPool two = new ChunkPool(new BufferMemory(2 * Chunk.SIZE));
        Chunk one = two.poll(false);
        assertNotNull(one);
        assertNotNull(two.poll(false));
        assertNull(two.poll(false));
        assertNotNull(two.poll(true));
        assertNull(two.poll(false));
        two.give(one);
        assertEquals(one, two.poll(false));
    }

    /** All at once, for each reader a hundred times what it has a buffer for. */
    @Test
    void readersWithOneBufferEachGetAllThatIsWritten() throws Exception {
        int size = 100 * Chunk.SIZE + 17;
        List<Thread> threads = new ArrayList<>();
        List<byte[]> read = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            Pipe pipe = Descriptors.pipe(state);
            OutputQueue queue = queue(pipe);
            threads.add(writer(pipe, size));
            threads.add(Thread.ofVirtual().start(() -> {
                try (ChildInputStream stream = new ChildInputStream(queue)) {
                    byte[] all = stream.readAllBytes();
                    synchronized (read) {
                        read.add(all);
                    }
                } catch (Exception e) {
                    synchronized (read) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        assertEquals(4, read.size());
        for (byte[] all : read) {
            assertTrue(Arrays.equals(bytes(size), all));
        }
    }

    /** It has the only buffer that it gets; others are not kept waiting for it. */
    @Test
    void readerThatKeepsItsBufferHoldsUpNobodyElse() throws Exception {
        Pipe slow = Descriptors.pipe(state);
        OutputQueue slowQueue = queue(slow);
        Thread slowWriter = writer(slow, 10 * Chunk.SIZE);
        ChildInputStream slowStream = new ChildInputStream(slowQueue);
        assertEquals(bytes(10 * Chunk.SIZE)[0] & 0xff, slowStream.read());
        for (int round = 0; round < 200; round++) {
            Pipe pipe = Descriptors.pipe(state);
            OutputQueue queue = queue(pipe);
            Thread writer = writer(pipe, 3 * Chunk.SIZE);
            try (ChildInputStream stream = new ChildInputStream(queue)) {
                assertEquals(3 * Chunk.SIZE, stream.readAllBytes().length);
            }
            writer.join();
        }
        assertEquals(10 * Chunk.SIZE - 1, slowStream.readAllBytes().length);
        slowWriter.join();
        slowStream.close();
    }

    /** A run that ends does not lose what is in the pipe, however many buffers that takes. */
    @Test
    void whatIsLeftAtTheEndIsTakenAllTheSame() throws Exception {
        Pipe pipe = Descriptors.pipe(state);
        assertTrue(Descriptors.setPipeSize(state, pipe.writeEnd(), 1024 * 1024) > 0);
        byte[] bytes = bytes(9 * Chunk.SIZE);
        assertEquals(0, Descriptors.writeAll(state, pipe.writeEnd(), bytes));
        Descriptors.close(state, pipe.writeEnd());
        Reading reading = reading(pipe);
        ChildInputStream stream = new ChildInputStream(reading.queue());
        assertEquals(bytes[0] & 0xff, stream.read());
        CountDownLatch drained = new CountDownLatch(1);
        reading.scope().execute(() -> {
            reading.pump().drain();
            reading.pump().abandon();
            drained.countDown();
        });
        drained.await();
        assertTrue(reading.pump().complete());
        byte[] rest = stream.readAllBytes();
        assertTrue(Arrays.equals(Arrays.copyOfRange(bytes, 1, bytes.length), rest));
        stream.close();
    }

    @Test
    void memoryOfTheLoopsIsNotOfTheJdksAccount() {
        MemorySegment memory = new BufferMemory(Long.MAX_VALUE).require(Chunk.SIZE);
        assertEquals(Chunk.SIZE, memory.byteSize());
        assertEquals(0, memory.address() % 4096);
        memory.fill((byte) 7);
        assertEquals(7, memory.asByteBuffer().get(Chunk.SIZE - 1));
    }
}
