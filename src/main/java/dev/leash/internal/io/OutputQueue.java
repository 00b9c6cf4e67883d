package dev.leash.internal.io;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Output on its way from the loop to one other thread. The loop reads only when the reader asks for chunks; the rest
 * stays in the pipe. So a slow reader holds back only its own child, and an idle child has no buffer. The reader gets
 * the very chunk that the loop has read into.
 */
public final class OutputQueue implements Sink {
    /** How many chunks are requested in advance, so that the loop reads some while others are being used. */
    private static final int WINDOW = 4;

    /** How many are requested again at a time: to wake the loop for each one costs as much as to read it. */
    private static final int BATCH = WINDOW / 2;

    /** The pause before the next attempt if there is no memory for even one chunk. */
    private static final long NO_MEMORY_PAUSE_NANOS = 10_000_000;

    /**
     * How many chunks are read for a reader that does not ask while the run ends: all that a pipe holds, and its end.
     */
    private static final int LAST_CHUNKS = 1024 * 1024 / Chunk.SIZE + 1;

    /** How long a reader on a virtual thread may keep its carrier if it never has to wait. */
    private static final long CARRIER_SLICE_NANOS = 250_000;

    private final LoopScope loop;
    private final ChunkPool pool;

    // For the loop's thread.
    private long demand;
    private int lastChunks;
    private @Nullable Chunk filling;
    private @Nullable OutputPump pump;

    // For both threads.
    private final ConcurrentLinkedQueue<Chunk> filled = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inUse = new AtomicInteger();
    private volatile boolean ended;

    /** Whether reading waits for memory: for chunks that the reader gives back, or, if it has none, for a pause. */
    private volatile boolean starved;

    private volatile @Nullable Thread waiter;

    // For the reader.
    private final AtomicBoolean claimed = new AtomicBoolean();
    private boolean asked;
    private int released;
    private long gaveWayNanos = System.nanoTime();
    private volatile boolean closed;

    OutputQueue(LoopScope loop, ChunkPool pool) {
        this.loop = loop;
        this.pool = pool;
    }

    void connect(OutputPump source) {
        pump = source;
    }

    @Override
    public boolean ready() {
        return !starved && (demand > 0 || lastChunks > 0);
    }

    @Override
    public boolean mayPause() {
        return true;
    }

    @Override
    public @Nullable MemorySegment space() {
        Chunk chunk = pool.poll(lastChunks > 0 || inUse.get() == 0);
        if (chunk == null) {
            starved = true;
            // Checked again after the store: a reader that gives back its last chunk either sees the flag, or is seen
            // here.
            if (inUse.get() == 0) {
                chunk = pool.poll(true);
                starved = chunk == null;
                if (chunk == null) {
                    Timer ignored = loop.scheduleAfter(NO_MEMORY_PAUSE_NANOS, this::goOn);
                }
            }
        }
        filling = chunk;
        return chunk == null ? null : chunk.memory;
    }

    private void goOn() {
        starved = false;
        if (pump != null) {
            pump.resume();
        }
    }

    @Override
    public void filled(int count) {
        Chunk chunk = filling;
        if (chunk == null) {
            throw new IllegalStateException("no space was given");
        }
        filling = null;
        if (demand > 0) {
            demand--;
        } else {
            lastChunks--;
        }
        if (closed) {
            pool.give(chunk);
            return;
        }
        chunk.bytes.limit(count);
        inUse.incrementAndGet();
        filled.add(chunk);
    }

    @Override
    public void flush() {
        LockSupport.unpark(waiter);
    }

    @Override
    public void unused() {
        if (filling != null) {
            pool.give(filling);
            filling = null;
        }
    }

    @Override
    public void draining() {
        lastChunks = LAST_CHUNKS;
        starved = false; // regardless of the limit of memory: no output may be lost
    }

    @Override
    public void end() {
        ended = true;
        LockSupport.unpark(waiter);
    }

    @Override
    public boolean complete() {
        return true;
    }

    /** Whether the caller is the first to ask, and so becomes the reader. From any thread. */
    public boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    private void request(int chunks) {
        loop.execute(() -> {
            demand += chunks;
            goOn();
        });
    }

    /**
     * The next chunk, waited for, or null at the end. For the one reader, which gives it back with {@link #release}.
     */
    @Nullable
    Chunk take() throws InterruptedIOException {
        ask();
        while (true) {
            // Read before the queue is polled: the loop sets it after it has added the last chunk.
            boolean last = ended;
            Chunk chunk = filled.poll();
            if (chunk != null || last) {
                return chunk;
            }
            await();
        }
    }

    /** Requests what the reader is going to take, so that the loop starts reading. */
    void ask() {
        if (!asked) {
            asked = true;
            request(WINDOW);
        }
    }

    /** Whether the reader has taken all output. For the reader. */
    boolean atEnd() {
        return ended && filled.isEmpty();
    }

    /** Waits until there may be something new. For the reader. */
    private void await() throws InterruptedIOException {
        waiter = Thread.currentThread();
        if (!hasNews()) {
            LockSupport.park(this);
        }
        waiter = null;
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for output");
        }
    }

    /** How many bytes can be taken without waiting: the size of the next chunk. */
    int available() {
        Chunk next = filled.peek();
        return next == null ? 0 : next.bytes.remaining();
    }

    /** The next chunk, or null if there is none. For a reader that also waits for other things. */
    @Nullable
    Chunk poll() {
        return filled.poll();
    }

    /** Whether there is a chunk, or the end. */
    boolean hasNews() {
        return !filled.isEmpty() || ended;
    }

    /** Unparks {@code waiting} when there is something new; null for no thread. */
    void wake(@Nullable Thread waiting) {
        waiter = waiting;
    }

    /** Gives back a chunk from {@link #take}. */
    void release(Chunk chunk) {
        pool.give(chunk);
        released++;
        inUse.decrementAndGet();
        if ((released >= BATCH || starved) && !ended) {
            request(released);
            released = 0;
        }
    }

    /**
     * For a virtual thread of ours that may never have to wait: without this it would never leave its carrier. Not
     * after each chunk: each time, the scheduler wakes another carrier, which takes longer than to use a chunk.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    void giveWay() {
        if (System.nanoTime() - gaveWayNanos > CARRIER_SLICE_NANOS) {
            Thread.yield();
            gaveWayNanos = System.nanoTime();
        }
    }

    /** The reader wants no more. The child's next write fails with EPIPE. From any thread. */
    void close() {
        closed = true;
        loop.execute(() -> {
            if (pump != null) {
                pump.unwanted();
            } else {
                end();
            }
        });
        for (Chunk chunk = filled.poll(); chunk != null; chunk = filled.poll()) {
            pool.give(chunk);
        }
    }
}
