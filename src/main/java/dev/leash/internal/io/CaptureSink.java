package dev.leash.internal.io;

import dev.leash.internal.io.OutputTarget.Captured;
import dev.leash.internal.io.OutputTarget.Keep;
import java.lang.foreign.MemorySegment;

/** Keeps a stream in memory. For the loop's thread. */
final class CaptureSink implements Sink {
    private final SharedBuffer buffer;
    private final CaptureBuffer capture;
    private final Runnable limitReached;
    private final boolean stops;
    private boolean told;

    /** The bytes of a buffer whose memory was released. */
    private long dropped;

    /**
     * @param limitReached called once when more arrives than is kept, if the capture is of the kind that ends the run
     */
    CaptureSink(SharedBuffer buffer, Captured captured, Runnable limitReached) {
        this.buffer = buffer;
        this.limitReached = limitReached;
        this.stops = captured.keep() == Keep.STOP;
        int limit = captured.limit();
        this.capture = switch (captured.keep()) {
            case STOP, HEAD -> new CaptureBuffer(limit, 0);
            case TAIL -> new CaptureBuffer(0, limit);
            case ENDS -> new CaptureBuffer(limit - limit / 2, limit / 2);
        };
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public boolean mayPause() {
        return false;
    }

    @Override
    public MemorySegment space() {
        return buffer.memory();
    }

    @Override
    public void filled(int count) {
        capture.append(buffer.memory(), count);
        if (stops && !told && capture.dropped() > 0) {
            told = true;
            limitReached.run();
        }
    }

    @Override
    public boolean complete() {
        return dropped() == 0;
    }

    @Override
    public void letGo() {
        dropped = capture.total();
        capture.letGo();
    }

    /** The bytes that were kept. To be called once. */
    byte[] take() {
        dropped = dropped();
        try {
            return capture.toByteArray();
        } finally {
            capture.letGo();
        }
    }

    long dropped() {
        return Math.max(dropped, capture.dropped());
    }
}
