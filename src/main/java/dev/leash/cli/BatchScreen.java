package dev.leash.cli;

import dev.leash.internal.io.ChunkConsumer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Standard output and error, shared by the jobs, the messages of leash and the progress bar: what is written in one call
 * stays together, and the bar gives way to it. For any thread.
 */
final class BatchScreen {
    /** A longer line is broken: it could be without end. */
    private static final int LONGEST_LINE = 1 << 20;

    /** To the start of the line, and erase it: ECMA-48. */
    private static final byte[] ERASE = "\r\033[K".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] bar = {};

    BatchScreen(Console console) {
        this.stdout = console.output();
        this.stderr = console.error();
    }

    /** Whole lines to standard output. */
    void print(byte[] lines) throws IOException {
        write(stdout, lines);
    }

    /** A line of leash's own to standard error. Where that fails there is nobody to tell. */
    void say(String text) {
        try {
            write(stderr, ("leash: " + text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // see above
        }
    }

    private void write(OutputStream target, byte[] lines) throws IOException {
        lock.lock();
        try {
            if (bar.length > 0) {
                stderr.write(ERASE);
            }
            target.write(lines);
            if (bar.length > 0) {
                stderr.write(bar);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Shows this below all that is written, in place of what was shown so; nothing if it is empty. */
    void showBar(String text) {
        byte[] next = text.getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            if (bar.length > 0 || next.length > 0) {
                stderr.write(ERASE);
                stderr.write(next);
            }
            bar = next;
        } catch (IOException e) {
            bar = new byte[0];
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what one job writes to one of its streams, and passes on whole lines.
     *
     * @param error whether to standard error
     * @param broken told if that cannot be written to
     */
    ChunkConsumer lines(boolean error, Consumer<IOException> broken) {
        OutputStream target = error ? stderr : stdout;
        return new ChunkConsumer() {
            private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

            @Override
            public void accept(ByteBuffer bytes) throws IOException {
                byte[] piece = new byte[bytes.remaining()];
                bytes.get(piece);
                int end = piece.length;
                while (end > 0 && piece[end - 1] != '\n') {
                    end--;
                }
                rest.write(piece, 0, end);
                if (end > 0) {
                    pass();
                }
                rest.write(piece, end, piece.length - end);
                if (rest.size() >= LONGEST_LINE) {
                    rest.write('\n');
                    pass();
                }
            }

            @Override
            public void end() throws IOException {
                if (rest.size() > 0) {
                    rest.write('\n');
                    pass();
                }
            }

            private void pass() throws IOException {
                byte[] lines = rest.toByteArray();
                rest.reset();
                try {
                    write(target, lines);
                } catch (IOException e) {
                    broken.accept(e);
                    throw e;
                }
            }
        };
    }
}
