package dev.leash.internal.events;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Writes the few log lines of the library to {@code System.getLogger("dev.leash")}. Not on the calling thread, which
 * may be a loop's, because a log may block. From any thread.
 */
public final class Log {
    private Log() {}

    /** Logs a problem that Leash survives. */
    public static void warning(String message) {
        later(Level.WARNING, message, null);
    }

    /** Logs the unexpected end of a part of Leash. */
    public static void error(String message, @Nullable Throwable cause) {
        later(Level.ERROR, message, cause);
    }

    private static void later(Level level, String message, @Nullable Throwable cause) {
        try {
            // No virtual one: if that class finds no heap for its initialization, this JVM has none any more.
            Thread ignored = Thread.ofPlatform().daemon().name("leash-log").start(() -> log(level, message, cause));
        } catch (OutOfMemoryError e) {
            // No thread can be started: the line is lost.
        }
    }

    private static void log(Level level, String message, @Nullable Throwable cause) {
        System.Logger logger = System.getLogger("dev.leash");
        if (cause == null) {
            logger.log(level, message);
        } else {
            logger.log(level, message, cause);
        }
    }
}
