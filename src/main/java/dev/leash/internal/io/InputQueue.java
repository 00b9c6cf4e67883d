package dev.leash.internal.io;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.ReadyHandler;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from one other thread into a child. The writer fills chunks, hands them to the loop, at most a
 * few at a time, and parks while the child does not read; the loop writes them and closes the pipe after the last
 * one. A pipe that much has gone through is enlarged when it is full: the child can then read on while the loop reads
 * what it writes.
 */
public final class InputQueue implements ReadyHandler {
    private static final int MOST_CHUNKS_ON_THEIR_WAY = 4;

    /** How many written chunks make room at a time: to wake the writer for each one costs as much as to write it. */
    private static final int BATCH = MOST_CHUNKS_ON_THEIR_WAY / 2;

    private static final int WRITES_A_TURN = 4;

    /** What is copied at a time into the loop's buffer for an enlarged pipe: what does not go in is copied again. */
    private static final int PREPARED_PIECE = SharedBuffer.SIZE / 2;

    /** Of an enlarged pipe. A larger one is no faster: the bytes leave the processor's caches before they are read. */
    private static final int ENLARGED_PIPE = 256 * 1024;

    /**
     * How much must have been written when the pipe is full again before it is enlarged. It is kernel memory, with a
     * quota, and of no use to a child that gets little or does not read.
     */
    private static final int WRITTEN_TO_ENLARGE = 256 * 1024;

    private final LoopScope loop;
    private final SharedBuffer buffer;
    private final ChunkPool pool;
    private final byte[] eof;

    /** The writer waits on this; flooded with permits when the child reads no more. */
    private final Semaphore room = new Semaphore(MOST_CHUNKS_ON_THEIR_WAY);

    private volatile @Nullable String broken;
    private volatile boolean closed;

    /** In the order of the writer. The loop takes them, and the thread that finds out that nothing more is written. */
    private final Queue<Handed> handed = new ConcurrentLinkedQueue<>();

    /** Whether the loop has found no chunk and looks for the next one only when it is told of it. */
    private final AtomicBoolean idle = new AtomicBoolean(true);

    // For the loop's thread.
    private int written;
    private long total;
    private boolean triedToEnlarge;
    private int piece = Chunk.SIZE;
    private byte[] prepared;
    private int preparedWritten;
    private boolean closing;
    private boolean eofWritten;
    private boolean ended;
    private Runnable whenEnded = () -> {};
    private int fd = -1;
    private int interest;
    private @Nullable Registration registration;

    private record Handed(Chunk chunk, Runnable whenWritten) {}

    /**
     * The queue of one descriptor of one run. On any thread.
     *
     * @param prepared bytes that are written first
     * @param closeAfterPrepared whether these are all
     * @param eof written before the end: the characters by which a terminal reports the end of file
     */
    public InputQueue(
            LoopScope loop,
            SharedBuffer buffer,
            ChunkPool pool,
            byte[] prepared,
            boolean closeAfterPrepared,
            byte[] eof) {
        this.loop = loop;
        this.buffer = buffer;
        this.pool = pool;
        this.prepared = prepared;
        this.closing = closeAfterPrepared;
        this.eof = eof;
    }

    /** Runs {@code task} on the loop when the child reads no more. Call it before {@link #open}. */
    void whenEnded(Runnable task) {
        whenEnded = task;
    }

    /**
     * Starts to write to {@code descriptor}, which must be non-blocking and belongs to this queue unless this fails.
     * On the loop.
     */
    public void open(int descriptor) throws SystemCallException {
        interest = Epoll.OUT;
        registration = loop.register(descriptor, interest, this);
        fd = descriptor;
    }

    @Override
    public void ready(int readiness) {
        if ((readiness & (Epoll.ERR | Epoll.HUP)) != 0) {
            // epoll reports these without being asked: the last reader has gone. EPOLLERR is for a pipe, EPOLLHUP for
            // a terminal.
            end("Broken pipe: the child has closed its end, or has exited");
            return;
        }
        pump();
    }

    private boolean writable() {
        return fd >= 0 && !ended;
    }

    private void pump() {
        int most = loop.isCrowded() ? 1 : WRITES_A_TURN;
        for (int writes = 0; writes < most && writable(); writes++) {
            int offered;
            int count;
            Handed first = handed.peek();
            if (preparedWritten < prepared.length) {
                offered = Math.min(piece, prepared.length - preparedWritten);
                count = writePrepared(offered);
            } else if (first != null) {
                offered = first.chunk().bytes.remaining();
                count = writeHanded(first);
            } else if (closing) {
                finish();
                return;
            } else if (rest()) {
                want(0);
                return;
            } else {
                continue;
            }
            if (count < 0 && count != -Errno.EAGAIN && count != -Errno.EINTR) {
                end("Broken pipe: the child has closed its end, or has exited (" + Errno.name(-count) + ")");
                return;
            }
            total += Math.max(count, 0);
            if (count < offered && count != -Errno.EINTR && !enlarge()) {
                break; // the pipe is full: another write would only return EAGAIN
            }
        }
        want(Epoll.OUT);
    }

    /** There is no chunk. Whether there is still none after the writer could know that it has to tell of the next. */
    private boolean rest() {
        makeRoom();
        idle.set(true);
        return handed.isEmpty() || !idle.compareAndSet(true, false);
    }

    /** Makes the full pipe larger if it is worth it; false if it stays as it is. */
    private boolean enlarge() {
        if (triedToEnlarge || total < WRITTEN_TO_ENLARGE || eof.length > 0) {
            return false;
        }
        triedToEnlarge = true;
        if (Descriptors.setPipeSize(loop.callState(), fd, ENLARGED_PIPE) < 0) {
            return false; // beyond the user's quota: the capacity stays as it is
        }
        piece = PREPARED_PIECE;
        return true;
    }

    private int writePrepared(int length) {
        MemorySegment.copy(prepared, preparedWritten, buffer.memory(), ValueLayout.JAVA_BYTE, 0, length);
        int count = Descriptors.write(loop.callState(), fd, buffer.memory().asSlice(0, length));
        if (count > 0) {
            preparedWritten += count;
            loop.meter().written(count);
        }
        return count;
    }

    private int writeHanded(Handed first) {
        ByteBuffer bytes = first.chunk().bytes;
        int count = Descriptors.write(
                loop.callState(), fd, first.chunk().memory.asSlice(bytes.position(), bytes.remaining()));
        if (count >= 0) {
            loop.meter().written(count);
            bytes.position(bytes.position() + count);
            if (!bytes.hasRemaining()) {
                handed.remove();
                pool.give(first.chunk());
                if (++written == BATCH) {
                    makeRoom();
                }
                first.whenWritten().run();
            }
        }
        return count;
    }

    private void makeRoom() {
        room.release(written);
        written = 0;
    }

    /** All bytes are written. */
    private void finish() {
        if (eof.length > 0 && !eofWritten) {
            eofWritten = true;
            prepared = eof;
            preparedWritten = 0;
            want(Epoll.OUT);
            return;
        }
        end("Stream closed");
    }

    private void want(int events) {
        if (registration != null && writable() && events != interest) {
            interest = events;
            registration.interest(events);
        }
    }

    /** The run is over, or about to be. On the loop. */
    public void end() {
        end("Broken pipe: the child has exited");
        closeDescriptor();
    }

    private void end(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        broken = reason;
        if (registration != null) {
            registration.cancel();
        }
        if (eof.length == 0) {
            closeDescriptor();
        } // a terminal stays open: its last close here sends SIGHUP, and the child may be about to exit
        discard();
        // A writer that waits for room finds out. There is no second flood, so this cannot overflow.
        room.release(Integer.MAX_VALUE / 2);
        whenEnded.run();
    }

    private void discard() {
        for (Handed left = handed.poll(); left != null; left = handed.poll()) {
            pool.give(left.chunk());
        }
    }

    private void closeDescriptor() {
        Descriptors.closeIfOpen(loop.callState(), fd);
        fd = -1;
    }

    /** Whether the child still reads. From any thread. */
    public boolean isOpen() {
        return broken == null;
    }

    /**
     * Hands over all of {@code bytes}; parks while too much is on its way. For the one writer.
     *
     * @throws IOException if the child has closed its end or has exited, or if the queue is closed
     */
    public void write(ByteBuffer bytes) throws IOException {
        requireOpen();
        while (bytes.hasRemaining()) {
            try {
                room.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the child to read");
            }
            requireOpen();
            hand(fill(bytes), () -> {});
        }
        // Not checked again: a child that exits because it has read the last byte is not a broken pipe.
    }

    /** Hands over all of {@code bytes} without waiting; {@code written} is called on the loop when they are written. */
    void offer(ByteBuffer bytes, Runnable written) {
        if (!bytes.hasRemaining()) {
            loop.execute(written);
        }
        while (bytes.hasRemaining()) {
            Chunk chunk = fill(bytes);
            hand(chunk, bytes.hasRemaining() ? () -> {} : written);
        }
    }

    private void requireOpen() throws IOException {
        String reason = closed ? "Stream closed" : broken;
        if (reason != null) {
            throw new IOException(reason);
        }
    }

    private Chunk fill(ByteBuffer bytes) {
        Chunk chunk = pool.take();
        int count = Math.min(bytes.remaining(), Chunk.SIZE);
        chunk.bytes.put(0, bytes, bytes.position(), count);
        chunk.bytes.limit(count);
        bytes.position(bytes.position() + count);
        return chunk;
    }

    private void hand(Chunk chunk, Runnable whenWritten) {
        handed.add(new Handed(chunk, whenWritten));
        if (!isOpen()) {
            discard(); // the loop may have done so before the chunk was there
        } else if (idle.compareAndSet(true, false)) {
            loop.execute(this::resume);
        }
    }

    private void resume() {
        if (writable()) {
            pump();
        }
    }

    /** Ends the input after the bytes that were handed over before. From any thread; a second call has no effect. */
    public void close() {
        closed = true;
        loop.execute(() -> {
            closing = true;
            resume();
        });
    }
}
