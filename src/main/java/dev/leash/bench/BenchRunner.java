package dev.leash.bench;

import dev.leash.Command;
import dev.leash.Counter;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Bench}. For one thread. */
final class BenchRunner {
    /** Enough for a median of what takes the same time again and again. */
    private static final int NOOPS = 20;

    /** In its first hundreds of runs a JVM does not know yet what it does again and again, and takes longer for it. */
    private static final int FIRST_NOOPS = 300;

    private static final long LONGEST_FIRST_NANOS = 500_000_000;

    private final Bench.Draft settings;
    private final Supervisor supervisor;
    private final Counter[] counters;
    private final RunOrder order;
    private final Instant started = Instant.now();
    private final long startNanos = System.nanoTime();
    private final List<Measurement> runs = new ArrayList<>();
    private final Map<Metric, String> unavailable = new LinkedHashMap<>();
    private final long[] measuredNanos;

    BenchRunner(Bench.Draft settings, Supervisor supervisor) {
        this.settings = settings;
        this.supervisor = supervisor;
        this.counters = settings.metrics.stream()
                .flatMap(metric -> metric.counter().stream())
                .toArray(Counter[]::new);
        this.order = new RunOrder(settings.seed, settings.variants.size());
        this.measuredNanos = new long[settings.variants.size()];
    }

    BenchReport run() throws BenchException, InterruptedException {
        List<Variant> setUp = new ArrayList<>();
        Optional<Summary> overhead = Optional.empty();
        Throwable failure = null;
        try {
            for (Variant variant : settings.variants) {
                setUp.add(variant); // what has failed in the middle has something to clean up, too
                around(Stage.SETUP, variant, 0);
            }
            for (int round = 0; round < settings.warmup; round++) {
                round(Stage.WARMUP, round);
            }
            overhead = overhead();
            for (int round = 0; !isEnough(round); round++) {
                round(Stage.RUN, round);
            }
        } catch (BenchException | InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
        for (Variant variant : setUp) {
            failure = undo(Stage.CLEANUP, variant, 0, failure);
        }
        rethrow(failure);
        return new BenchReport(
                settings.variants,
                settings.metrics,
                settings.reference,
                settings.seed,
                started,
                Duration.ofNanos(System.nanoTime() - startNanos),
                List.copyOf(runs),
                overhead,
                Collections.unmodifiableMap(unavailable));
    }

    private void round(Stage stage, int round) throws BenchException, InterruptedException {
        for (int variant : order.next()) {
            one(stage, round, variant);
        }
    }

    private void one(Stage stage, int round, int index) throws BenchException, InterruptedException {
        Variant variant = settings.variants.get(index);
        Throwable failure = null;
        try {
            around(Stage.PREPARE, variant, round);
            settings.listener.begins(stage, variant, round, stage == Stage.RUN ? rounds(round) : settings.warmup);
            Command command =
                    counters.length == 0 ? variant.command() : variant.command().counters(counters);
            long start = System.nanoTime();
            Result result = start(stage, variant, command);
            if (!result.succeeded() && !settings.ignoreFailures) {
                throw new BenchException(stage, variant.name(), result);
            }
            if (stage == Stage.RUN) {
                Measurement measured = measurement(index, round, start, result);
                runs.add(measured);
                measuredNanos[index] += result.wallTime().toNanos();
                settings.listener.measured(variant, measured);
            }
        } catch (BenchException | InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
        rethrow(undo(Stage.CONCLUDE, variant, round, failure));
    }

    private void around(Stage stage, Variant variant, int round) throws BenchException, InterruptedException {
        Optional<Command> command = variant.around(stage);
        if (command.isPresent()) {
            settings.listener.begins(stage, variant, round, 0);
            Result result = start(stage, variant, command.get());
            if (!result.succeeded()) {
                throw new BenchException(stage, variant.name(), result);
            }
        }
    }

    /** The first failure, which suppresses those that come after it; null if there is none. */
    private @Nullable Throwable undo(Stage stage, Variant variant, int round, @Nullable Throwable failure) {
        // An interrupt that came while nothing ran ends the bench, and must not be the end of this.
        Throwable first = Thread.interrupted() ? first(failure, new InterruptedException()) : failure;
        try {
            around(stage, variant, round);
        } catch (BenchException | InterruptedException | RuntimeException | Error e) {
            first = first(first, e);
        }
        return first;
    }

    private static Throwable first(@Nullable Throwable before, Throwable failure) {
        if (before == null) {
            return failure;
        }
        before.addSuppressed(failure);
        return before;
    }

    private static void rethrow(@Nullable Throwable failure) throws BenchException, InterruptedException {
        if (failure == null) {
            return;
        }
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (Arrays.stream(failure.getSuppressed()).anyMatch(InterruptedException.class::isInstance)) {
            Thread.currentThread().interrupt();
        }
        switch (failure) {
            case BenchException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private Result start(Stage stage, Variant variant, Command command) throws BenchException, InterruptedException {
        try {
            return supervisor.run(command);
        } catch (SpawnException e) {
            throw new BenchException(stage, variant.name(), e);
        }
    }

    private Measurement measurement(int variant, int round, long start, Result result) {
        Map<Metric, Double> values = new HashMap<>();
        for (Metric metric : settings.metrics) {
            metric.of(result)
                    .ifPresentOrElse(
                            value -> values.put(metric, value),
                            () -> unavailable.computeIfAbsent(metric, absent -> absent.absence(result)));
        }
        return new Measurement(
                variant,
                round,
                Duration.ofNanos(start - startNanos),
                result.cause(),
                result.status(),
                result.stragglersKilled(),
                Collections.unmodifiableMap(values));
    }

    private Optional<Summary> overhead() throws InterruptedException {
        Command noop = settings.noop;
        if (noop == null) {
            return Optional.empty();
        }
        Command same = counters.length == 0 ? noop : noop.counters(counters);
        double[] seconds = new double[NOOPS];
        try {
            long until = System.nanoTime() + LONGEST_FIRST_NANOS;
            for (int first = 0; first < FIRST_NOOPS && System.nanoTime() - until < 0; first++) {
                if (!supervisor.run(same).succeeded()) {
                    return Optional.empty();
                }
            }
            for (int at = 0; at < NOOPS; at++) {
                Result result = supervisor.run(same);
                if (!result.succeeded()) {
                    return Optional.empty();
                }
                seconds[at] = result.wallTime().toNanos() / 1e9;
            }
        } catch (SpawnException e) {
            return Optional.empty(); // there is no such program here
        }
        return Optional.of(Summary.of(seconds));
    }

    private boolean isEnough(int rounds) {
        return rounds >= settings.maxRuns
                || (rounds >= settings.minRuns && leastMeasured() >= settings.minTime.toNanos());
    }

    private long leastMeasured() {
        return Arrays.stream(measuredNanos).min().orElse(0);
    }

    /** How many rounds there will be, from those that are done. */
    private int rounds(int done) {
        if (settings.minRuns == settings.maxRuns) {
            return settings.maxRuns;
        }
        long least = leastMeasured();
        if (done == 0 || least == 0) {
            return 0;
        }
        double byTime = Math.ceil((double) settings.minTime.toNanos() / least * done);
        return (int) Math.min(settings.maxRuns, Math.max(settings.minRuns, byTime));
    }
}
