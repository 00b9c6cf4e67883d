package dev.leash.internal.io;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.SystemCallException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One descriptor that a child reads from and that this process writes: the queue, and the user code that feeds it.
 * Made on any thread, then for the loop's thread.
 */
public final class InputEnd {
    private static final byte[] NOTHING = {};

    /** The end-of-file character of a terminal, twice: the first one only ends a line that was begun. */
    private static final byte[] END_OF_TRANSMISSION = {4, 4};

    private final InputSource input;
    private final InputQueue flow;
    private final Consumer<Throwable> failed;
    private final @Nullable InputFeeder feeder;
    private final @Nullable InputSubscriber subscriber;

    /** @param terminal whether the child reads from a terminal */
    public InputEnd(
            LoopScope loop,
            SharedBuffer buffer,
            ChunkPool pool,
            InputSource input,
            boolean terminal,
            RunListener listener) {
        this.input = input;
        this.failed = thrown -> loop.execute(() -> listener.userCodeFailed(thrown));
        byte[] prepared = input instanceof InputSource.Bytes bytes ? bytes.data() : NOTHING;
        boolean isAll = input instanceof InputSource.Bytes || input instanceof InputSource.Empty;
        this.flow = new InputQueue(loop, buffer, pool, prepared, isAll, terminal ? END_OF_TRANSMISSION : NOTHING);
        this.feeder = input instanceof InputSource.Streamed streamed
                ? new InputFeeder(streamed.source(), flow, failed)
                : null;
        if (input instanceof InputSource.Published) {
            subscriber = new InputSubscriber(flow, failed);
            flow.whenEnded(subscriber::cancel);
        } else {
            subscriber = null;
        }
    }

    /** Starts to write to {@code fd}, which must be non-blocking and belongs to this object unless this fails. */
    public void open(int fd) throws SystemCallException {
        flow.open(fd);
    }

    /** Connects the user code that feeds the child. Called once, on the thread that starts the run. */
    public void connect() {
        try {
            if (input instanceof InputSource.Published published && subscriber != null) {
                published.publisher().subscribe(subscriber);
            } else if (feeder != null) {
                feeder.start();
            }
        } catch (Throwable e) {
            // The child is running already, and has to be ended.
            failed.accept(e);
        }
    }

    /** The queue that the caller writes to. Null unless the input is piped. */
    public @Nullable InputQueue flow() {
        return input instanceof InputSource.Piped ? flow : null;
    }

    /** The child reads no more. */
    public void end() {
        flow.end();
        if (feeder != null) {
            feeder.interrupt();
        }
    }
}
