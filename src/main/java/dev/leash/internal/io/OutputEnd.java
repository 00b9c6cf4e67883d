package dev.leash.internal.io;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.SystemCallException;
import org.jspecify.annotations.Nullable;

/**
 * One descriptor that a child writes to and that this process reads: the pump, the sink that the {@link OutputTarget}
 * asks for, and the user code behind it. Made on any thread, then for the loop's thread.
 */
public final class OutputEnd {
    private static final byte[] NOTHING = {};

    private final LoopScope loop;
    private final RunListener listener;
    private final StallWatch stalls;
    private final Sink sink;
    private final @Nullable OutputQueue flow;
    private final @Nullable ConsumerThread consumer;
    private @Nullable OutputPump pump;
    private boolean consumed;

    /**
     * The end of one output of one run.
     *
     * @param output one that is {@linkplain OutputTarget#observed() observed}
     * @param descriptor the child's own number for it
     */
    public OutputEnd(
            LoopScope loop,
            SharedBuffer buffer,
            ChunkPool pool,
            OutputTarget output,
            int descriptor,
            RunListener listener) {
        this.loop = loop;
        this.listener = listener;
        this.stalls = new StallWatch(listener::number, listener::pid, descriptor);
        switch (output) {
            case OutputTarget.Captured captured -> {
                flow = null;
                consumer = null;
                sink = new CaptureSink(buffer, captured, listener::limitReached);
            }
            case OutputTarget.Handled handled -> {
                flow = null;
                consumer = null;
                sink = new HandlerSink(buffer, handled.handler(), listener::userCodeFailed);
            }
            case OutputTarget.Piped piped -> {
                flow = new OutputQueue(loop, pool);
                consumer = null;
                sink = flow;
            }
            case OutputTarget.Consumed consumed -> {
                flow = new OutputQueue(loop, pool);
                consumer = new ConsumerThread(flow, consumed.consumers());
                sink = flow;
            }
            default -> throw new IllegalArgumentException("not read by this process: " + output);
        }
    }

    /** Starts to read {@code fd}, which must be non-blocking and belongs to this object unless this fails. */
    public void open(int fd) throws SystemCallException {
        OutputPump started = new OutputPump(
                loop,
                fd,
                sink,
                listener::outputRead,
                listener::limitReached,
                listener::streamChanged,
                listener::userCodeFailed,
                stalls);
        pump = started;
        if (flow != null) {
            flow.connect(started);
        }
        if (consumer != null) {
            consumer.start(thrown -> loop.execute(() -> consumed(thrown)));
        }
    }

    /**
     * The consumer counts as finished only when the loop has seen it here, so that its exception cannot come after
     * the run's end.
     */
    private void consumed(@Nullable Throwable thrown) {
        consumed = true;
        if (thrown != null) {
            close();
            listener.userCodeFailed(thrown);
        }
        listener.streamChanged();
    }

    /** Whether reading waits for a reader that does not ask for more. */
    public boolean paused() {
        return pump != null && pump.paused();
    }

    /** Whether nothing more is read. */
    public boolean closed() {
        return pump == null || !pump.open();
    }

    /** Whether nothing more is read, and the consumer, if there is one, has finished. */
    public boolean done() {
        return closed() && (consumer == null || consumed);
    }

    public boolean complete() {
        return pump != null && pump.complete() && (consumer == null || consumer.succeeded());
    }

    /** Reads what is available by now. */
    public void poll() {
        if (pump != null) {
            pump.poll();
        }
    }

    /** See {@link OutputPump#drain}. */
    public void drain() {
        if (pump != null) {
            pump.drain();
        }
    }

    /** Reads what is in the pipe and closes it. */
    public void abandon() {
        if (pump != null) {
            pump.abandon();
        } else {
            sink.end(); // it was never opened, and a reader must not wait for it
        }
    }

    /** Stops waiting for the consumer and interrupts it; output that it does not take is lost. */
    public void giveUpOnConsumer() {
        if (consumer != null) {
            consumer.giveUp();
        }
    }

    private void close() {
        if (pump != null) {
            pump.close();
        }
    }

    /** The descriptor that is read, or -1. */
    public int fd() {
        return closed() || pump == null ? -1 : pump.fd();
    }

    /** The queue of a reader on another thread. Null unless the output is piped. */
    public @Nullable OutputQueue flow() {
        return consumer == null ? flow : null;
    }

    /** The captured bytes. To be called once: they are not kept here any longer. */
    public byte[] takeCaptured() {
        return sink instanceof CaptureSink capture ? capture.take() : NOTHING;
    }

    /** How many bytes the capture did not keep or exceeded the run's limit. */
    public long dropped() {
        long beyondLimit = pump == null ? 0 : pump.dropped();
        return sink instanceof CaptureSink capture ? beyondLimit + capture.dropped() : beyondLimit;
    }

    /** How often the consumer has met malformed input. */
    public long malformed() {
        return consumer == null ? 0 : consumer.malformed();
    }

    /** How long the slowest call of a handler on the loop took. */
    public long longestHandlerNanos() {
        return sink instanceof HandlerSink handler ? handler.longestNanos() : 0;
    }
}
