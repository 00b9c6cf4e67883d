package dev.leash.internal.io;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A virtual thread that hands the output of one stream to user code, in order. */
final class ConsumerThread {
    private final OutputQueue flow;
    private final Supplier<ChunkConsumer> consumers;
    private volatile @Nullable Thread thread;
    private volatile boolean succeeded;
    private volatile boolean givenUp;
    private volatile long malformed;

    ConsumerThread(OutputQueue flow, Supplier<ChunkConsumer> consumers) {
        this.flow = flow;
        this.consumers = consumers;
    }

    /** @param done called on the consumer's thread at its end, with the exception of user code or null */
    void start(Consumer<@Nullable Throwable> done) {
        thread = Thread.ofVirtual().name("leash-consumer").start(() -> {
            Throwable thrown = consume();
            succeeded = thrown == null && !givenUp;
            done.accept(givenUp ? null : thrown);
        });
    }

    private @Nullable Throwable consume() {
        try {
            ChunkConsumer consumer = consumers.get();
            for (Chunk chunk = flow.take(); chunk != null; chunk = flow.take()) {
                consumer.accept(chunk.bytes);
                flow.release(chunk);
                flow.giveWay();
            }
            consumer.end();
            malformed = consumer.malformed();
            return null;
        } catch (Throwable thrown) {
            flow.close();
            return thrown;
        }
    }

    /** Whether the consumer has received everything and has not thrown. */
    boolean succeeded() {
        return succeeded;
    }

    long malformed() {
        return malformed;
    }

    void giveUp() {
        givenUp = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
