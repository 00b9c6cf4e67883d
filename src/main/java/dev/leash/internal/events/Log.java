package dev.leash.internal.events;

import dev.leash.internal.sys.Background;
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
        boolean ignored = Background.start("leash-log", () -> log(level, message, cause));
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
