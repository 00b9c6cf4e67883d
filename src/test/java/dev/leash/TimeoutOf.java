package dev.leash;

import java.time.Duration;

/** What a command does not tell, for the tests that are outside of this package. */
public final class TimeoutOf {
    private TimeoutOf() {}

    /** The timeout of {@code command}. The longest of all durations, if it has none. */
    public static Duration command(Command command) {
        return Duration.ofNanos(command.draft().timeoutNanos);
    }
}
