package dev.leash;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question to a running service, asked again and again: whether it {@linkplain Readiness#probe is ready}, or {@linkplain
 * Service#liveness still healthy}. Immutable. One question is asked at a time, on a virtual thread.
 *
 * <p>Who answers at a port or a socket is not asked: if another program has it already, that one is seen. And it is the
 * kernel that accepts a connection: a program that hangs is found by {@link #tcp} and {@link #unixSocket} only when the queue
 * of what it has not accepted is full, see {@code listen(2)}. A request, by {@link #http} or {@link #command}, finds it at
 * once.
 */
public final class Probe {
    private final Check check;
    private final long intervalNanos;
    private final long timeoutNanos;
    private final int failures;

    private Probe(Check check, long intervalNanos, long timeoutNanos, int failures) {
        this.check = check;
        this.intervalNanos = intervalNanos;
        this.timeoutNanos = timeoutNanos;
        this.failures = failures;
    }

    private static Probe of(Check check) {
        return new Probe(check, Long.MIN_VALUE, Duration.ofSeconds(1).toNanos(), 3);
    }

    /**
     * Whether something accepts connections at this TCP port of the loopback interface, tried on 127.0.0.1 and on ::1.
     *
     * @throws IllegalArgumentException if it is not from 1 to 65,535
     */
    public static Probe tcp(int port) {
        return of(new Checks.Loopback(requirePort(port)));
    }

    /**
     * Whether something accepts connections there, at any address of that name, which is looked up each time.
     *
     * @throws IllegalArgumentException if {@code port} is not from 1 to 65,535
     */
    public static Probe tcp(String host, int port) {
        return of(new Checks.Tcp(Objects.requireNonNull(host, "host"), requirePort(port)));
    }

    private static int requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is from 1 to 65535, not " + port);
        }
        return port;
    }

    /** Whether something accepts connections at this Unix stream socket. */
    public static Probe unixSocket(Path path) {
        return of(new Checks.Unix(Objects.requireNonNull(path, "path")));
    }

    /**
     * Whether a GET answers with a status from 200 to 399; redirects are not followed. It is asked at the first address of
     * the host that accepts, directly, whatever proxy the JVM has for others. The answer's body is of no matter.
     *
     * @throws IllegalArgumentException if it is no absolute URI of the scheme http or https
     */
    public static Probe http(URI uri) {
        return of(Checks.Http.of(uri, 200, 399));
    }

    /**
     * Whether a GET answers with this status.
     *
     * @throws IllegalArgumentException if {@code uri} is no absolute URI of the scheme http or https, or the status is
     *     not from 100 to 599
     */
    public static Probe http(URI uri, int status) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("an HTTP status is from 100 to 599, not " + status);
        }
        return of(Checks.Http.of(uri, status, status));
    }

    /**
     * Whether this command exits with 0. It is run by the service's supervisor, in a group of its own, and is ended if it
     * takes longer than the {@linkplain #timeout timeout}, or when the service ends.
     */
    public static Probe command(Command command) {
        Waiting.refusePipes(command);
        return of(new Checks.Program(command));
    }

    /**
     * How long after an answer it is asked again. Default: 100 ms until it is ready, 10 s then.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Probe interval(Duration interval) {
        return new Probe(check, Durations.positiveNanos("interval", interval), timeoutNanos, failures);
    }

    /**
     * How long an answer may take. Default: 1 s. What asks is given up then, and that is a failure, even if it cannot be
     * ended at once; it is not asked twice at a time.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Probe timeout(Duration timeout) {
        return new Probe(check, intervalNanos, Durations.positiveNanos("timeout", timeout), failures);
    }

    /**
     * So many failures in a row and the service is not healthy: it is stopped by its plan, and restarted. After the
     * first one it is {@link ServiceState.Unready}. Default: 3. Without meaning for readiness.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Probe failures(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("it takes at least 1 failure, not " + failures);
        }
        return new Probe(check, intervalNanos, timeoutNanos, failures);
    }

    Check check() {
        return check;
    }

    /** @param usual if none was set */
    long intervalNanos(long usual) {
        return intervalNanos == Long.MIN_VALUE ? usual : intervalNanos;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    int failures() {
        return failures;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Probe probe
                && probe.check.equals(check)
                && probe.intervalNanos == intervalNanos
                && probe.timeoutNanos == timeoutNanos
                && probe.failures == failures;
    }

    @Override
    public int hashCode() {
        return check.hashCode();
    }

    /** Such as {@code tcp 127.0.0.1:80}. */
    @Override
    public String toString() {
        return check.toString();
    }
}
