package dev.leash.internal.io;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.ReadyHandler;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Reads what a child writes to one descriptor into a sink. Owns this end of the pipe. For the loop's thread. */
final class OutputPump implements ReadyHandler {
    /**
     * The most reads for one readiness event: the rest of a flood is left to the next turn, so that timers and other
     * children are served.
     */
    private static final int READS_A_TURN = 4;

    /** The largest capacity of a pipe, unless the administrator has raised fs.pipe-max-size. */
    private static final int LARGEST_PIPE = 1024 * 1024;

    private static final int READS_TO_EMPTY = 2 * LARGEST_PIPE / Chunk.SIZE;

    private static final int USUAL_PIPE = 64 * 1024;

    /**
     * How often in a row the pipe must have been at least half full before it is enlarged: it is kernel memory, with a
     * quota. Half, since a pipe whose writes leave parts of its pages unused, as lines do, is full with less than its
     * capacity.
     */
    private static final int FULL_READS_TO_GROW = 8;

    private final LoopScope loop;
    private final int fd;
    private final Sink sink;
    private final IntUnaryOperator wasRead;
    private final Runnable exceeded;
    private final Runnable ended;
    private final Consumer<Throwable> failed;
    private final StallWatch stalls;
    private final Registration registration;
    private final int interest;
    private boolean open = true;
    private boolean armed = true;
    private boolean sawEnd;
    private int fullReads;
    private long dropped;

    /**
     * Starts to read {@code fd}, which must not block.
     *
     * @param wasRead gets each number of bytes, and returns how many of them may be passed on
     * @param exceeded called whenever these were not all
     * @param ended called once, when the pump has closed its end because every writer had, or the reader has closed
     *     the stream
     * @param failed called when there is no memory for the output
     * @param stalls called when reading waits for the sink
     */
    OutputPump(
            LoopScope loop,
            int fd,
            Sink sink,
            IntUnaryOperator wasRead,
            Runnable exceeded,
            Runnable ended,
            Consumer<Throwable> failed,
            StallWatch stalls)
            throws SystemCallException {
        this.loop = loop;
        this.fd = fd;
        this.sink = sink;
        this.wasRead = wasRead;
        this.exceeded = exceeded;
        this.ended = ended;
        this.failed = failed;
        this.stalls = stalls;
        // A sink that is not ready must not be woken again and again. Interest 0 would not do: epoll always reports a
        // hang-up.
        this.interest = sink.mayPause() ? Epoll.IN | Epoll.ONESHOT : Epoll.IN;
        this.registration = loop.register(fd, interest, this);
    }

    @Override
    public void ready(int readiness) {
        if (sink.mayPause()) {
            armed = false;
        }
        read((readiness & Epoll.HUP) != 0);
        arm();
        if (paused()) {
            stalls.began();
        }
    }

    /** Reads what is available by now, without waiting for its event. */
    void poll() {
        if (open && armed) {
            read(false);
        }
    }

    /** Continues reading when the sink is ready again: at once, since there is usually output by then. */
    void resume() {
        if (open && !armed && sink.ready()) {
            stalls.ended();
            read(false);
            arm();
        }
    }

    private void arm() {
        if (open && !armed && sink.ready()) {
            armed = true;
            stalls.ended();
            registration.interest(interest);
        }
    }

    private void read(boolean hungUp) {
        try {
            pump(hungUp);
            sink.flush();
        } catch (OutOfMemoryError e) {
            // There is no memory for this stream. That fails its run, not the loop, which needs some memory to go on.
            sink.letGo();
            sink.unused();
            unwanted();
            failed.accept(e);
        }
    }

    private void pump(boolean hungUp) {
        int most = loop.isCrowded() ? 1 : READS_A_TURN;
        for (int reads = 0; reads < most && open && sink.ready(); reads++) {
            MemorySegment space = sink.space();
            if (space == null) {
                return;
            }
            int count = Descriptors.read(loop.callState(), fd, space);
            if (count > 0) {
                passOn(count);
                growIfFull(count);
                if (count < space.byteSize() && !hungUp) {
                    // The pipe is empty. Another read would only return EAGAIN; after a hang-up it finds the end.
                    return;
                }
                continue;
            }
            sink.unused();
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count != -Errno.EINTR) {
                // 0: every writer has closed its end. EIO means the same for a terminal. Any other error is the end,
                // too.
                sawEnd = count == 0 || count == -Errno.EIO;
                close();
                ended.run();
            }
        }
    }

    /** Passes on what was read into the sink's space, up to the limit of the run. */
    private void passOn(int count) {
        loop.meter().read(count);
        int wanted = wasRead.applyAsInt(count);
        if (wanted > 0) {
            sink.filled(wanted);
        } else {
            sink.unused();
        }
        if (wanted < count) {
            dropped += count - wanted;
            exceeded.run(); // last: it may close this pump
        }
    }

    private void growIfFull(int count) {
        if (count < USUAL_PIPE / 2) {
            fullReads = 0;
        } else if (++fullReads == FULL_READS_TO_GROW) {
            // Refused beyond the user's quota; the capacity then stays as it is.
            int ignored = Descriptors.setPipeSize(loop.callState(), fd, LARGEST_PIPE);
        }
    }

    /** Whether the sink does not take more now. */
    boolean paused() {
        return open && !armed;
    }

    boolean open() {
        return open;
    }

    /** Whether all that was ever written to the pipe has gone to the sink, and the sink has lost nothing. */
    boolean complete() {
        return sawEnd && dropped == 0 && sink.complete();
    }

    /** How many bytes arrived that the sink was not allowed to have. */
    long dropped() {
        return dropped;
    }

    /** The run is about to end: reads all that is in the pipe, even if no reader asks for it. */
    void drain() {
        sink.draining();
        resume();
    }

    /** Stops reading, whichever process still holds the other end. Reads what is in the pipe first. */
    void abandon() {
        try {
            takeTheRest();
        } catch (OutOfMemoryError e) {
            sink.unused();
        } finally {
            close();
        }
    }

    private void takeTheRest() {
        // This many reads empty the largest pipe; a process that goes on writing does not keep the loop here.
        for (int reads = 0; reads < READS_TO_EMPTY && open; reads++) {
            MemorySegment space = sink.space();
            if (space == null) {
                return; // the rest of the pipe is lost, which is reported: the end was not seen
            }
            int count = Descriptors.read(loop.callState(), fd, space);
            if (count <= 0) {
                sink.unused();
                sawEnd = count == 0 || count == -Errno.EIO;
                return;
            }
            passOn(count);
        }
    }

    /** The reader wants no more: this is treated like the end of the output. */
    void unwanted() {
        if (open) {
            close();
            ended.run();
        }
    }

    /** Stops reading at once. The child's next write fails with EPIPE. */
    void close() {
        if (open) {
            open = false;
            stalls.ended();
            registration.cancel();
            Descriptors.close(loop.callState(), fd);
            sink.end();
        }
    }

    int fd() {
        return fd;
    }
}
