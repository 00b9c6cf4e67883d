package dev.leash.internal.events;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The few things that are worth a line, to {@code System.getLogger("dev.leash")}. Not on the calling thread, which may be a
 * loop's, and a log may block. From any thread.
 */
public final class Log {
    private Log() {}

    /** Something is not as it should be, and Leash goes on. */
    public static void warning(String message) {
        later(Level.WARNING, message, null);
    }

    /** Something has come to its end that should not have. */
    public static void error(String message, @Nullable Throwable cause) {
        later(Level.ERROR, message, cause);
    }

    private static void later(Level level, String message, @Nullable Throwable cause) {
        try {
            Thread.ofVirtual().name("leash-log").start(() -> log(level, message, cause));
        } catch (OutOfMemoryError e) {
            // No thread is to be had: then nobody is told here.
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
