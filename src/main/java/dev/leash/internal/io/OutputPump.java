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
    /** Reads for one readiness: a flood is left to the next turn, so that timers and other children get theirs. */
    private static final int READS_A_TURN = 4;

    /** What a pipe can hold at most, unless the administrator has raised fs.pipe-max-size. */
    private static final int LARGEST_PIPE = 1024 * 1024;

    private static final int READS_TO_EMPTY = 2 * LARGEST_PIPE / Chunk.SIZE;

    private static final int USUAL_PIPE = 64 * 1024;

    /** So often in a row must the pipe have been full before it is grown: it is kernel memory, and there is a quota. */
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
     * @param wasRead told of each number of bytes, and answers how many of them may be passed on
     * @param exceeded told whenever those were not all
     * @param ended called once, when the pump has closed its end because every writer had, or the reader wants no more
     * @param failed told when there is no memory for what came
     * @param stalls told when reading waits for the sink
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
        // A sink that is not ready must not be woken again and again. Interest 0 would not do: a hang-up is always
        // told.
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

    /** Reads what there is to be read by now, without waiting to be told of it. */
    void poll() {
        if (open && armed) {
            read(false);
        }
    }

    /** Goes on reading when the sink is ready again: at once, since mostly there is something by then. */
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
        } catch (OutOfMemoryError e) {
            // For this stream there is no room. That is its run's trouble, and not the loop's, which needs some to go
            // on.
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
                    // Emptied. Asking again would cost a call to hear EAGAIN; after a hang-up it finds the end.
                    return;
                }
                continue;
            }
            sink.unused();
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count != -Errno.EINTR) {
                // 0: every writer has closed. EIO says the same of a terminal. Any other error is the end, too.
                sawEnd = count == 0 || count == -Errno.EIO;
                close();
                ended.run();
            }
        }
    }

    /** Passes on what was read into the sink's space, as far as that may have it. */
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
            exceeded.run(); // last: it may end all of this
        }
    }

    private void growIfFull(int count) {
        if (count < USUAL_PIPE) {
            fullReads = 0;
        } else if (++fullReads == FULL_READS_TO_GROW) {
            // Refused beyond the user's quota, and then it stays as it is.
            int ignored = Descriptors.setPipeSize(loop.callState(), fd, LARGEST_PIPE);
        }
    }

    /** Whether the sink does not want more. */
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

    /** How many bytes came that the sink was not allowed to have. */
    long dropped() {
        return dropped;
    }

    /** The run is about to end: whatever is in the pipe is taken, also if nobody asks for it. */
    void drain() {
        sink.draining();
        resume();
    }

    /** Stops reading, whoever still holds the other end. Takes what is in the pipe first. */
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
        // So many reads empty the largest pipe; somebody who goes on writing does not keep the loop here.
        for (int reads = 0; reads < READS_TO_EMPTY && open; reads++) {
            MemorySegment space = sink.space();
            if (space == null) {
                return; // what is in the pipe is lost, which shows: the end was not seen
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

    /** The reader wants no more: as if there were no more. */
    void unwanted() {
        if (open) {
            close();
            ended.run();
        }
    }

    /** Stops reading at once. The child finds its pipe broken when it writes. */
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
