package dev.leash.cli.batch;

import dev.leash.cli.io.Console;
import dev.leash.cli.io.LostOutputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Standard output and error, shared by the jobs, the messages of leash and the progress bar. The text of one call
 * stays together, and the bar is erased before it and drawn again after it. For any thread.
 */
final class BatchScreen {
    /** Moves to the start of the line and erases it: ECMA-48. */
    private static final byte[] ERASE = "\r\033[K".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final int streams;
    private final LineSpool spool = new LineSpool();
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] bar = {};
    private volatile @Nullable LostOutputException loss;

    /** @param jobs how many run at the same time at most */
    BatchScreen(Console console, int jobs) {
        this.streams = (int) Math.min(Integer.MAX_VALUE, 2L * jobs);
        this.stdout = console.output();
        this.stderr = console.error();
    }

    /** Writes whole lines to standard output. */
    void print(byte[] lines) throws IOException {
        write(stdout, to -> to.write(lines));
    }

    /** Writes a line of leash itself to standard error; discards it once {@linkplain #loss a reader is gone}. */
    void say(String text) {
        LostOutputException lost = loss;
        if (lost != null && lost.readerIsGone()) {
            return;
        }
        byte[] line = ("leash: " + text + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            write(stderr, to -> to.write(line));
        } catch (IOException e) {
            // It is recorded as a loss and cannot be reported now.
        }
    }

    /** The first error of a write; null if there was none. */
    @Nullable
    LostOutputException loss() {
        return loss;
    }

    private void write(OutputStream target, WholeLines.Text text) throws IOException {
        lock.lock();
        try {
            if (bar.length > 0) {
                stderr.write(ERASE);
            }
            text.to(target);
            if (bar.length > 0) {
                stderr.write(bar);
            }
        } catch (LostOutputException e) {
            loss = loss == null ? e : loss;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Shows {@code text} below all output, in place of the previous text; removes it if {@code text} is empty. */
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
     * Takes what one job writes to one of its streams, and writes whole lines.
     *
     * @param error whether the lines go to standard error
     * @param broken gets the error if they cannot be written
     */
    OutputStream lines(boolean error, Consumer<IOException> broken) {
        OutputStream target = error ? stderr : stdout;
        return new WholeLines(
                text -> {
                    try {
                        write(target, text);
                    } catch (IOException e) {
                        broken.accept(e);
                        throw e;
                    }
                },
                null,
                spool,
                streams);
    }
}
