package dev.leash;

import dev.leash.internal.service.RestartRules;
import dev.leash.internal.service.RestartRules.Mode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a {@link Service} is started again when it has ended, how soon, and when that is given up. Immutable.
 *
 * {@snippet :
 * RestartPolicy.onFailure().backoff(Duration.ofMillis(200), Duration.ofSeconds(30)).atMost(5, Duration.ofMinutes(1))
 * }
 *
 * <p>A run is a success if its program has exited by itself with one of the {@linkplain #successCodes exit codes}, 0
 * by default, or was ended by one of the {@linkplain #successSignals signals}, none by default. Any other end is a
 * failure: another exit code or signal, a timeout, an output limit, a consumer that has thrown, a start that fails, a
 * service that does not become ready in time or is not healthy any more. What ends because it was told to is neither.
 *
 * <p>The first delay is 100 ms, each one is twice as long as that before, up to 30 s, and a tenth shorter or longer by
 * chance, so that services that have failed together do not come back together. When a run was up for 10 s the delays
 * begin anew. More than 10 restarts within five minutes are a crash loop: the service has {@linkplain ServiceState.Failed
 * failed}. The time has to be longer than that many delays: ten of them last 81 s, so a program that exits at once has
 * failed after that.
 */
public final class RestartPolicy {
    private static final RestartPolicy ON_FAILURE = new RestartPolicy(new Draft());

    private final Draft draft;

    private RestartPolicy(Draft draft) {
        this.draft = draft;
    }

    /** The settings while they are being changed. */
    private static final class Draft {
        Mode mode = Mode.ON_FAILURE;
        long initialNanos = Duration.ofMillis(100).toNanos();
        long longestNanos = Duration.ofSeconds(30).toNanos();
        double factor = 2;
        double jitter = 0.1;
        long steadyNanos = Duration.ofSeconds(10).toNanos();
        int most = 10;
        long windowNanos = Duration.ofMinutes(5).toNanos();
        Set<Integer> codes = Set.of(0);
        Set<Signal> signals = Set.of();

        Draft copy() {
            Draft copy = new Draft();
            copy.mode = mode;
            copy.initialNanos = initialNanos;
            copy.longestNanos = longestNanos;
            copy.factor = factor;
            copy.jitter = jitter;
            copy.steadyNanos = steadyNanos;
            copy.most = most;
            copy.windowNanos = windowNanos;
            copy.codes = codes;
            copy.signals = signals;
            return copy;
        }
    }

    private RestartPolicy with(Consumer<Draft> change) {
        Draft changed = draft.copy();
        change.accept(changed);
        return new RestartPolicy(changed);
    }

    /** After each end, for a program that must run all the time. */
    public static RestartPolicy always() {
        return ON_FAILURE.with(changed -> changed.mode = Mode.ALWAYS);
    }

    /** After a failure, for a program that may be done at some time. The default of a {@link Service}. */
    public static RestartPolicy onFailure() {
        return ON_FAILURE;
    }

    /** Never, for a program that runs once. */
    public static RestartPolicy never() {
        return ON_FAILURE.with(changed -> changed.mode = Mode.NEVER);
    }

    /**
     * The first and the longest delay before a restart.
     *
     * @throws IllegalArgumentException if one is negative, or {@code initial} is longer than {@code longest}
     */
    public RestartPolicy backoff(Duration initial, Duration longest) {
        long first = Durations.nanos("initial", initial);
        long last = Durations.nanos("longest", longest);
        if (first > last) {
            throw new IllegalArgumentException(
                    "the first delay, " + initial + ", must not be longer than the longest one, " + longest);
        }
        return with(changed -> {
            changed.initialNanos = first;
            changed.longestNanos = last;
        });
    }

    /**
     * By what each delay is longer than that before. Default: 2.
     *
     * @throws IllegalArgumentException if it is less than 1, or not finite
     */
    public RestartPolicy factor(double factor) {
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("the factor is at least 1, not " + factor);
        }
        return with(changed -> changed.factor = factor);
    }

    /**
     * By what share of itself a delay may be shorter or longer, by chance. Default: 0.1.
     *
     * @throws IllegalArgumentException if it is not from 0 to 1
     */
    public RestartPolicy jitter(double jitter) {
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter is a share from 0 to 1, not " + jitter);
        }
        return with(changed -> changed.jitter = jitter);
    }

    /**
     * After a run that was up for so long the delays begin anew. Default: 10 s.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public RestartPolicy steadyAfter(Duration uptime) {
        long nanos = Durations.nanos("uptime", uptime);
        return with(changed -> changed.steadyNanos = nanos);
    }

    /**
     * One restart more than this within {@code window} and the service has failed. Default: 10 within five minutes.
     *
     * @throws IllegalArgumentException if {@code restarts} is negative, or {@code window} not positive
     */
    public RestartPolicy atMost(int restarts, Duration window) {
        if (restarts < 0) {
            throw new IllegalArgumentException("there cannot be " + restarts + " restarts");
        }
        return limit(restarts, Durations.positiveNanos("window", window));
    }

    /** No number of restarts is too many. */
    public RestartPolicy withoutLimit() {
        return limit(RestartRules.UNLIMITED, Long.MAX_VALUE);
    }

    private RestartPolicy limit(int most, long windowNanos) {
        return with(changed -> {
            changed.most = most;
            changed.windowNanos = windowNanos;
        });
    }

    /**
     * The exit codes of a success. Default: 0.
     *
     * @throws IllegalArgumentException if one is not from 0 to 255
     */
    public RestartPolicy successCodes(int... successCodes) {
        Set<Integer> all = new TreeSet<>();
        for (int code : successCodes) {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("an exit code is from 0 to 255, not " + code);
            }
            all.add(code);
        }
        Set<Integer> codes = Set.copyOf(all);
        return with(changed -> changed.codes = codes);
    }

    /** The signals that are a success if they end the program. Default: none. */
    public RestartPolicy successSignals(Signal... successSignals) {
        Set<Signal> signals = Arrays.stream(successSignals).collect(Collectors.toUnmodifiableSet());
        return with(changed -> changed.signals = signals);
    }

    RestartRules rules() {
        return new RestartRules(
                draft.mode,
                draft.initialNanos,
                draft.longestNanos,
                draft.factor,
                draft.jitter,
                draft.steadyNanos,
                draft.most,
                draft.windowNanos);
    }

    boolean isSuccess(Result result) {
        return result.cause() == Cause.EXITED
                && switch (result.status()) {
                    case ExitStatus.Exited exited -> draft.codes.contains(exited.code());
                    case ExitStatus.Signaled signaled -> draft.signals.contains(signaled.signal());
                    case ExitStatus.Unknown unknown -> false;
                };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RestartPolicy policy
                && policy.rules().equals(rules())
                && policy.draft.codes.equals(draft.codes)
                && policy.draft.signals.equals(draft.signals);
    }

    @Override
    public int hashCode() {
        return rules().hashCode();
    }
}
