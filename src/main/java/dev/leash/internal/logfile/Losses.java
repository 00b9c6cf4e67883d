package dev.leash.internal.logfile;

import java.util.concurrent.TimeUnit;

/** Whether a log can be written, and what was lost while it could not. Knows no clock: the time is a parameter. */
final class Losses {
    /** Between two tries: a device that fails may take its time to say so, and the service waits for it. */
    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A disk that is full again and again is reported no more often than this. */
    static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private long bytes;
    private String reason = "";
    private long retryAt;
    private boolean reported;
    private long reportedAt;

    /** What could not be written: {@code count} bytes, of which there is at least one. True if that is to be reported. */
    boolean begin(String why, long count, long now) {
        boolean first = bytes == 0;
        reason = why;
        bytes += count;
        retryAt = now + RETRY_NANOS;
        if (!first || (reported && now - reportedAt < REPORT_NANOS)) {
            return false;
        }
        reported = true;
        reportedAt = now;
        return true;
    }

    /** What was not even tried. */
    void add(long count) {
        bytes += count;
    }

    boolean isGoingOn() {
        return bytes > 0;
    }

    boolean mayTry(long now) {
        return bytes == 0 || now - retryAt >= 0;
    }

    /** The log can be written again, and its losses have been noted in it. */
    void end() {
        bytes = 0;
    }

    /** The line for the log, or for whoever reads why it ends. */
    String line() {
        return bytes + " bytes of this log were lost: " + reason;
    }
}
