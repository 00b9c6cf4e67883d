package dev.leash;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

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

    /** See {@link #afterUptime}. */
    record AfterUptime(long nanos) implements Readiness {}

    /** See {@link #line}. */
    record Line(Pattern pattern) implements Readiness {}

    /** See {@link #probe}. */
    record Probed(Probe probe) implements Readiness {}
}
