package dev.leash;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How it is known that a {@link Service} is ready. Immutable. */
public sealed interface Readiness {
    /** As soon as its program has been started. The default of a {@link Service}. */
    static Readiness immediately() {
        return new AfterUptime(0);
    }

    /**
     * When it has been up for so long.
     *
     * @throws IllegalArgumentException if it is negative
     */
    static Readiness afterUptime(Duration uptime) {
        return new AfterUptime(Durations.nanos("uptime", uptime));
    }

    /**
     * When it has written a line, to standard output or standard error, in which something matches.
     *
     * @param regex see {@link Pattern}; looked for anywhere in a line
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    static Readiness line(String regex) {
        return line(Pattern.compile(regex));
    }

    /** The same. */
    static Readiness line(Pattern pattern) {
        return new Line(Objects.requireNonNull(pattern, "pattern"));
    }

    /** When this is answered with yes for the first time. */
    static Readiness probe(Probe probe) {
        return new Probed(Objects.requireNonNull(probe, "probe"));
    }

    /**
     * When it says {@code READY=1}, see {@code sd_notify(3)}: the environment variable {@code NOTIFY_SOCKET} names the
     * socket. What any of its processes says counts, but not what others say: the kernel tells the sender, which must
     * exist when its message is read. So a child that sends and ends at once may not be heard, unless it waits for the
     * answer as {@code systemd-notify} does by default; nor one that has left the process group of a {@link
     * Containment#GROUP}.
     *
     * <p>Of the other messages {@code STATUS=} is in {@link ServiceHandle#status}; {@code EXTEND_TIMEOUT_USEC=} gives it more
     * time than the {@linkplain Service#startTimeout start timeout}; {@code WATCHDOG=1} is for {@link Service#watchdog}.
     * {@code ERRNO=}, with the status, is in why it has failed, if it then does. {@code RELOADING=1}, {@code MAINPID=} and {@code
     * FDSTORE=1} change nothing. The socket is a file; the program has to
     * see that, and needs no permission unless Leash runs as an ordinary user and the program as another one.
     */
    static Readiness notification() {
        return new Notification();
    }

    /** See {@link #afterUptime}. */
    record AfterUptime(long nanos) implements Readiness {}

    /** See {@link #line}. */
    record Line(Pattern pattern) implements Readiness {
        /** A {@link Pattern} itself is equal to no other. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Line line
                    && line.pattern.pattern().equals(pattern.pattern())
                    && line.pattern.flags() == pattern.flags();
        }

        @Override
        public int hashCode() {
            return pattern.pattern().hashCode();
        }
    }

    /** See {@link #probe}. */
    record Probed(Probe probe) implements Readiness {}

    /** See {@link #notification}. */
    record Notification() implements Readiness {}
}
