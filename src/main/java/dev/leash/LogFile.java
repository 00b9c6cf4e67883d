package dev.leash;

import dev.leash.internal.logfile.LogSettings;
import dev.leash.internal.logfile.OpenLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The log file of a service: what it writes to stdout and stderr, line by line, over all its restarts. Immutable.
 *
 * {@snippet :
 * LogFile log = LogFile.of(Path.of("/var/log/app/web.log")).maxSize(50 * 1024 * 1024).keep(5).maxAge(Duration.ofDays(7));
 * }
 *
 * <p><b>Lines.</b> Each is written as a whole, so those of the two streams, and of services that share the file, never
 * mix; each stream keeps its order. Bytes are not changed: any encoding, {@code \r\n} and malformed text pass as they
 * are. A line is written when its end has come; the last one of a run is given an end if it has none. A line of more than
 * 64 KiB comes in pieces, each a line of its own, which are not cut within a character of UTF-8. The file is appended
 * to (O_APPEND), and is not forced to the disk.
 *
 * <p><b>Rotation.</b> Before the file would become larger than {@link #maxSize}, or when it is older than {@link
 * #maxAge}, it is renamed to {@code name.1}, after {@code name.1} has become {@code name.2} and so on up to {@link #keep};
 * the oldest goes. No line is lost or divided. The new file has the permissions of the old one, as far as the umask
 * allows. If that is refused, the log goes on in the file it has, a warning is logged to {@code
 * System.getLogger("dev.leash")}, and it is tried again.
 * Programs such as logrotate(8) may rotate instead: with {@code copytruncate}, or by moving the file and asking for it to
 * be reopened.
 *
 * <p><b>What cannot be written is lost, and the service runs on.</b> When the disk is full, a quota reached, a device
 * fails or a file system has become read-only, that is logged as a warning, with the path and the error. As soon as the
 * file can be written again, a line in it says how many bytes were lost, and it goes on at the start of a line.
 *
 * <p><b>What the path may be.</b> The file is made if there is none, with the mode 0666 less the umask; its directory has
 * to exist. A symbolic link is followed when the log is opened, and what it leads to is rotated, not the link. A FIFO or a
 * device, such as {@code /dev/null}, and everything in {@code /dev} (but {@code /dev/shm}) and {@code /proc}, such as
 * {@code /dev/stdout}, is written to and never rotated; if a FIFO has no reader, opening it fails, and a reader who takes
 * nothing for 5 seconds loses lines. A directory or a socket cannot be opened.
 *
 * <p>Services of one JVM may log to one file, under any of its names; the settings of the one that was opened last hold
 * for it, but for {@link #timestamps}, which each has for its own lines. Processes other than this one must not rotate the
 * same file at the same time.
 */
public final class LogFile {
    /** How large a file becomes: 10 MiB. */
    public static final long DEFAULT_MAX_SIZE = 10 * 1024 * 1024;

    /** How many old files there are: 10. */
    public static final int DEFAULT_KEEP = 10;

    private static final int MOST_KEPT = 10_000;

    private final LogSettings settings;

    private LogFile(LogSettings settings) {
        this.settings = settings;
    }

    /**
     * A file that is rotated at {@link #DEFAULT_MAX_SIZE}, with {@link #DEFAULT_KEEP} old ones.
     *
     * @param path of the current file; a relative one is relative to the directory of the JVM
     * @throws IllegalArgumentException if the path is not one of the operating system's
     */
    public static LogFile of(Path path) {
        byte[] ignored = NativePath.bytes(path);
        return new LogFile(new LogSettings(path.toAbsolutePath(), DEFAULT_MAX_SIZE, DEFAULT_KEEP, null, false));
    }

    /**
     * Rotates before the file would be larger. Only a single line of more bytes makes it so.
     *
     * @param bytes from 1 on; {@link Long#MAX_VALUE} for any size
     * @throws IllegalArgumentException if it is less than 1
     */
    public LogFile maxSize(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxSize of a log file is at least 1 byte, not " + bytes);
        }
        return new LogFile(
                new LogSettings(settings.path(), bytes, settings.keep(), settings.maxAge(), settings.timestamps()));
    }

    /**
     * Keeps so many old files: {@code name.1}, the newest, to {@code name.n}. With 0 the file is truncated instead.
     * Old files of higher numbers, from a time when more were kept, stay.
     *
     * @throws IllegalArgumentException if it is negative or more than 10,000
     */
    public LogFile keep(int files) {
        if (files < 0 || files > MOST_KEPT) {
            throw new IllegalArgumentException("keep of a log file is 0 to " + MOST_KEPT + " old files, not " + files);
        }
        return new LogFile(
                new LogSettings(settings.path(), settings.maxSize(), files, settings.maxAge(), settings.timestamps()));
    }

    /**
     * Rotates also when the file was made longer ago than this, with the first line that is written then. A file without
     * a line is not rotated. Where the file system does not tell when a file was made, the age counts from its last change
     * before it was opened. By default a file may be of any age.
     *
     * @throws IllegalArgumentException if it is zero or negative
     */
    public LogFile maxAge(Duration age) {
        long ignored = Durations.positiveNanos("maxAge of a log file", age);
        return new LogFile(
                new LogSettings(settings.path(), settings.maxSize(), settings.keep(), age, settings.timestamps()));
    }

    /**
     * Whether each line begins with the time in UTC when its end has come, and a space: {@code
     * 2026-11-30T07:15:00.000Z }. By default it does not.
     */
    public LogFile timestamps(boolean timestamps) {
        return new LogFile(
                new LogSettings(settings.path(), settings.maxSize(), settings.keep(), settings.maxAge(), timestamps));
    }

    /** The path of the current file, absolute. */
    public Path path() {
        return settings.path();
    }

    /** For the time in which a service uses it. May wait for the file system, so not on a loop's thread. */
    OpenLog open() throws IOException {
        return OpenLog.of(settings, NativePath.bytes(settings.path()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LogFile file && file.settings.equals(settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }

    /** The path and the settings in readable form. */
    @Override
    public String toString() {
        Duration age = settings.maxAge();
        return settings.path() + ", at most " + settings.maxSize() + " bytes"
                + (age == null ? "" : " and " + Durations.text(Durations.positiveNanos("maxAge", age)))
                + ", " + settings.keep() + " old files" + (settings.timestamps() ? ", with times" : "");
    }
}
