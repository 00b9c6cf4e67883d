package dev.leash.internal.logfile;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a log file is to be.
 *
 * @param path absolute
 * @param maxSize in bytes
 * @param keep how many old files
 * @param maxAge of the current file; null for any
 * @param timestamps whether each line begins with the time
 */
public record LogSettings(
        Path path, long maxSize, int keep, @Nullable Duration maxAge, boolean timestamps) {}
