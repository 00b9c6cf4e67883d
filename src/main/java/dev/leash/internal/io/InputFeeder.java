package dev.leash.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A virtual thread that copies a stream into a child's input, and ends with the run. */
final class InputFeeder {
    /** What is read at a time at first; a source that has as much at once is read in larger pieces. */
    private static final int FIRST_READ = 8 * 1024;

    private final InputStream source;
    private final InputQueue flow;
    private final Consumer<Throwable> failed;
    private volatile @Nullable Thread thread;

    InputFeeder(InputStream source, InputQueue flow, Consumer<Throwable> failed) {
        this.source = source;
        this.flow = flow;
        this.failed = failed;
    }

    void start() {
        Thread feeding = Thread.ofVirtual().name("leash-feeder").unstarted(this::feed);
        // Set before it starts: a thread that ends the queue either sees this thread, or this thread sees the end.
        thread = feeding;
        feeding.start();
    }

    private void feed() {
        byte[] buffer = new byte[FIRST_READ];
        while (flow.isOpen()) {
            int count;
            try {
                count = source.read(buffer);
            } catch (Throwable thrown) {
                if (flow.isOpen()) {
                    failed.accept(thrown);
                }
                break;
            }
            if (count < 0) {
                break;
            }
            try {
                flow.write(ByteBuffer.wrap(buffer, 0, count));
            } catch (IOException e) {
                // The child has closed its end, which is no error.
                break;
            }
            if (count == buffer.length && count < Chunk.SIZE) {
                buffer = new byte[2 * count];
            }
        }
        flow.close();
    }

    /** Interrupts a read of a source that delivers nothing. */
    void interrupt() {
        Thread feeding = thread;
        if (feeding != null) {
            feeding.interrupt();
        }
    }
}
