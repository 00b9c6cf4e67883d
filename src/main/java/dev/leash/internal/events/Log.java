package dev.leash.internal.events;

import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the few log lines of the library to {@code System.getLogger("dev.leash")}, in their order. Not on the calling
 * thread, which may be a loop's, because a log may block: on one thread, which ends when there is nothing to write. From
 * any thread.
 */
public final class Log {
    /** So many lines wait for a log that takes its time: a thousand services may fail at once, and again. */
    static final int MOST_WAITING = 10_000;

    private static final Queue<Line> LINES = new ConcurrentLinkedQueue<>();

    /** Of those who have asked for a line, with what is being written: who makes it 1 starts the thread. */
    private static final AtomicInteger ASKED = new AtomicInteger();

    private Log() {}

    private record Line(
            Level level, String message, @Nullable Throwable cause) {}

    /** Logs a problem that Leash survives. */
    public static void warning(String message) {
        later(Level.WARNING, message, null);
    }

    /** Logs the unexpected end of a part of Leash. */
    public static void error(String message, @Nullable Throwable cause) {
        later(Level.ERROR, message, cause);
    }

    private static void later(Level level, String message, @Nullable Throwable cause) {
        int waiting = ASKED.get();
        if (waiting >= MOST_WAITING) {
            return;
        }
        boolean added = false;
        try {
            String line = message.replace('\n', ' '); // a command, which it may name, can have any characters
            String text = waiting == MOST_WAITING - 1 ? line + " (and more that is not logged)" : line;
            added = LINES.add(new Line(level, text, cause));
        } catch (OutOfMemoryError e) {
            // The line is lost.
        }
        if (added && ASKED.getAndIncrement() == 0) {
            begin();
        }
    }

    private static void begin() {
        boolean begun = false;
        try {
            // No virtual one: if that class finds no heap for its initialization, this JVM has none any more.
            Thread ignored = Thread.ofPlatform().daemon().name("leash-log").start(() -> writeAll(true));
            begun = true;
        } catch (OutOfMemoryError e) {
            // No thread can be started: the lines are lost.
        } finally {
            if (!begun) {
                writeAll(false);
            }
        }
    }

    private static void writeAll(boolean possible) {
        do {
            Line line = LINES.poll();
            if (possible && line != null) {
                write(line);
            }
        } while (ASKED.decrementAndGet() > 0);
    }

    private static void write(Line line) {
        try {
            System.Logger logger = System.getLogger("dev.leash");
            if (line.cause() == null) {
                logger.log(line.level(), line.message());
            } else {
                logger.log(line.level(), line.message(), line.cause());
            }
        } catch (Throwable thrown) { // by what the application logs with
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
