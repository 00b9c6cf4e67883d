package dev.leash.cli.up;

import java.util.List;

/**
 * A question to a running service, again and again. What is 0 was not given.
 *
 * @param failures after how many in a row it is dead
 */
public record ProbeRule(Question question, long intervalNanos, long timeoutNanos, int failures) {
    /** In addresses, stands for the port that the service was given. */
    public static final String OWN_PORT = "$PORT";

    /** What is asked. */
    public sealed interface Question {}

    /**
     * Whether a port accepts.
     *
     * @param host empty for the loopback interface
     * @param port a number, or {@link #OWN_PORT}
     */
    public record Tcp(String host, String port) implements Question {}

    /** Whether a Unix socket accepts. */
    public record Unix(String path) implements Question {}

    /**
     * Whether a GET is answered well.
     *
     * @param url may contain {@link #OWN_PORT}
     * @param status 0 for each that is a success
     */
    public record Http(String url, int status) implements Question {}

    /** Whether a command exits with 0. */
    public record Program(List<String> command) implements Question {}
}
