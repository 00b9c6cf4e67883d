package dev.leash.internal.io;

import dev.leash.internal.events.Log;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Calls user code on the loop's thread, with the memory that was read into. */
final class HandlerSink implements Sink {
    /** A longer call noticeably delays the deadlines of other children. */
    private static final long LONG_CALL_NANOS = 10_000_000;

    private final SharedBuffer buffer;
    private final Consumer<ByteBuffer> handler;
    private final Consumer<Throwable> failed;
    private long longestNanos;
    private boolean broken;
    private boolean inCall;

    HandlerSink(SharedBuffer buffer, Consumer<ByteBuffer> handler, Consumer<Throwable> failed) {
        this.buffer = buffer;
        this.handler = handler;
        this.failed = failed;
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
        if (broken || inCall) {
            return; // a call is in progress: it has called System.exit, and another thread turns the loop
        }
        inCall = true;
        buffer.view().limit(count).position(0);
        long before = System.nanoTime();
        try {
            handler.accept(buffer.view());
        } catch (Throwable thrown) {
            broken = true;
            failed.accept(thrown);
        }
        inCall = false;
        long took = System.nanoTime() - before;
        if (took > LONG_CALL_NANOS && longestNanos <= LONG_CALL_NANOS) {
            // Warns once for each stream.
            Log.warning("an output handler has held up the event loop for " + took / 1_000_000
                    + " ms: a handler that blocks belongs on a thread of its own");
        }
        longestNanos = Math.max(longestNanos, took);
    }

    @Override
    public boolean complete() {
        return !broken && !inCall;
    }

    /** How long the slowest call held up the loop. */
    long longestNanos() {
        return longestNanos;
    }
}
