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
 * Standard output and error, shared by the jobs, the messages of leash and the progress bar: what is written in one call
 * stays together, and the bar gives way to it. For any thread.
 */
final class BatchScreen {
    /** To the start of the line, and erase it: ECMA-48. */
    private static final byte[] ERASE = "\r\033[K".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] bar = {};
    private volatile @Nullable LostOutputException loss;

    BatchScreen(Console console) {
        this.stdout = console.output();
        this.stderr = console.error();
    }

    /** Whole lines to standard output. */
    void print(byte[] lines) throws IOException {
        write(stdout, to -> to.write(lines));
    }

    /** A line of leash's own to standard error; nothing any more once {@linkplain #loss nobody reads}. */
    void say(String text) {
        LostOutputException lost = loss;
        if (lost != null && lost.nobodyReads()) {
            return;
        }
        byte[] line = ("leash: " + text + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            write(stderr, to -> to.write(line));
        } catch (IOException e) {
            // It is noted as a loss, and there is nobody to tell.
        }
    }

    /** Why something could not be written: the first loss; null if there was none. */
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
                null);
    }
}
