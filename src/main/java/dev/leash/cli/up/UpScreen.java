package dev.leash.cli.up;

import dev.leash.cli.batch.LineSpool;
import dev.leash.cli.batch.WholeLines;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.LostOutputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Standard output and error, shared by the services and by what leash says of them. For any thread. */
final class UpScreen {
    /** Of ECMA-48: those that are readable on black and on white. */
    private static final int[] COLOURS = {36, 33, 32, 35, 34, 96, 93, 92, 95, 94};

    private static final String PLAIN = "\033[0m";

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final boolean coloured;
    private final boolean colouredErrors;
    private final int width;
    private final int streams;
    private final LineSpool spool = new LineSpool();
    private final Runnable lost;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable LostOutputException loss;

    /**
     * A screen.
     *
     * @param coloured whether standard output shows colours
     * @param colouredErrors whether standard error does
     * @param width of the names, which are in one column where there are colours
     * @param streams how many there may be: what they have of unfinished lines shares the memory
     * @param lost called each time that something could not be written
     */
    UpScreen(Console console, boolean coloured, boolean colouredErrors, int width, int streams, Runnable lost) {
        this.stdout = console.output();
        this.stderr = console.error();
        this.coloured = coloured;
        this.colouredErrors = colouredErrors;
        this.width = width;
        this.streams = Math.max(1, streams);
        this.lost = lost;
    }

    /** Where one stream of a service goes, all its runs. Its end ends the line only. */
    OutputStream lines(String name, int number, boolean error) {
        byte[] prefix = prefix(name, COLOURS[number % COLOURS.length], error ? colouredErrors : coloured);
        OutputStream target = error ? stderr : stdout;
        return new WholeLines(text -> write(target, text), () -> prefix, spool, streams);
    }

    private byte[] prefix(String name, int colour, boolean shown) {
        String text = shown
                ? "\033[" + colour + "m" + name + " ".repeat(Math.max(0, width - name.length())) + " |" + PLAIN + " "
                : name + " | ";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a line of leash itself to standard error. */
    void say(String text) {
        byte[] line = ("leash: " + text.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8);
        write(stderr, target -> target.write(line));
    }

    /** What cannot be written is discarded: a service must not end by an error of its own because of it. */
    private void write(OutputStream target, WholeLines.Text text) {
        lock.lock();
        try {
            if (loss == null) {
                text.to(target);
            }
        } catch (LostOutputException e) {
            loss = e;
            lost.run();
        } catch (IOException e) {
            // of a file that holds a long line; what is not there cannot be shown
            lost.run();
        } finally {
            lock.unlock();
        }
    }

    /** Completed as soon as nothing is being written. */
    CompletableFuture<Void> idle() {
        return CompletableFuture.runAsync(() -> write(stderr, target -> {}), Thread::startVirtualThread);
    }

    /** The first error of a write; null if there was none. */
    @Nullable
    LostOutputException loss() {
        return loss;
    }
}
