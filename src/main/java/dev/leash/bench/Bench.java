package dev.leash.bench;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Measures commands against each other. They are run in rounds: each round runs every variant once, in an order that is
 * drawn anew, so that load that comes and goes, and a processor that gets warm, meet all alike. Immutable: each method
 * returns a changed copy.
 *
 * {@snippet class="dev.leash.examples.Benchmark" region="bench"}
 *
 * <p>It needs {@code org.apache.commons:commons-statistics-inference} on the path.
 */
public final class Bench {
    private static final int USUAL_ROUNDS = 10;
    private static final Duration USUAL_TIME = Duration.ofSeconds(3);

    private final Settings settings;

    /**
     * The settings.
     *
     * @param noop null to measure no overhead
     */
    record Settings(
            List<Variant> variants,
            int warmup,
            int minRuns,
            int maxRuns,
            Duration minTime,
            List<Metric> metrics,
            int reference,
            long seed,
            boolean ignoreFailures,
            @Nullable Command noop,
            BenchListener listener) {}

    private Bench(Settings settings) {
        this.settings = settings;
    }

    /**
     * Compares these; the first one is the {@link #reference}. Without further settings each is run at least 10 times, and
     * until its runs have taken 3 seconds together.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Bench of(List<Variant> variants) {
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("nothing to measure");
        }
        return new Bench(new Settings(
                List.copyOf(variants),
                0,
                USUAL_ROUNDS,
                Integer.MAX_VALUE,
                USUAL_TIME,
                Metric.ALWAYS,
                0,
                new SplittableRandom().nextLong(1L << 53), // one that JSON holds exactly
                false,
                Command.of("true").stdout(Output.discard()).stderr(Output.discard()),
                new BenchListener() {}));
    }

    /** See {@link #of(List)}. */
    public static Bench of(Variant... variants) {
        return of(List.of(variants));
    }

    /** See {@link #of(List)}. */
    public static Bench of(Command... commands) {
        return of(Arrays.stream(commands).map(Variant::of).toList());
    }

    /**
     * Runs so many rounds before those that are measured. Default: 0.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Bench warmup(int rounds) {
        require(rounds >= 0, "warmup", rounds);
        Settings s = settings;
        return with(rounds, s.minRuns, s.maxRuns, s.minTime);
    }

    /**
     * Measures exactly so many rounds.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Bench runs(int rounds) {
        require(rounds >= 1, "runs", rounds);
        return with(settings.warmup, rounds, rounds, settings.minTime);
    }

    /**
     * Measures rounds until there are {@code least} and each variant's runs have taken the {@link #minTime}, but no more
     * than {@code most}. Default: from 10 to as many as it takes.
     *
     * @throws IllegalArgumentException if {@code least} is less than 1, or {@code most} less than {@code least}
     */
    public Bench runs(int least, int most) {
        require(least >= 1, "runs", least);
        require(most >= least, "runs", most);
        return with(settings.warmup, least, most, settings.minTime);
    }

    /**
     * For how long each variant is measured at least, without what is run around it. Default: 3 seconds.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Bench minTime(Duration minTime) {
        if (minTime.isNegative()) {
            throw new IllegalArgumentException("minTime is negative: " + minTime);
        }
        return with(settings.warmup, settings.minRuns, settings.maxRuns, minTime);
    }

    /**
     * Also measures these. The first one is the primary one, by which variants are compared. Wall, user, system and CPU
     * time are always recorded. Default: {@link Metric#WALL} is the primary one.
     */
    public Bench metrics(Metric... metrics) {
        List<Metric> all = new ArrayList<>(List.of(metrics));
        all.addAll(Metric.ALWAYS);
        Settings s = settings;
        return new Bench(new Settings(
                s.variants,
                s.warmup,
                s.minRuns,
                s.maxRuns,
                s.minTime,
                all.stream().distinct().toList(),
                s.reference,
                s.seed,
                s.ignoreFailures,
                s.noop,
                s.listener));
    }

    /**
     * Compares all others with the variant of this number, from 0. Default: the first one.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Bench reference(int variant) {
        require(variant >= 0 && variant < settings.variants.size(), "reference", variant);
        Settings s = settings;
        return with(variant, s.seed, s.ignoreFailures, s.noop, s.listener);
    }

    /** Draws the order of the runs with this seed. The report has it. Default: a new one for each bench. */
    public Bench seed(long seed) {
        Settings s = settings;
        return with(s.reference, seed, s.ignoreFailures, s.noop, s.listener);
    }

    /**
     * Goes on though a run fails: exits with another code than 0, is ended by a signal or by its timeout. Such runs are
     * counted, and their times are among the others; that of one that has timed out is its timeout, the least that it
     * would have taken, which does no harm to a median. What is run around a run must succeed all the same. Default:
     * false.
     */
    public Bench ignoreFailures(boolean ignore) {
        Settings s = settings;
        return with(s.reference, s.seed, ignore, s.noop, s.listener);
    }

    /**
     * What is run to measure what a run costs that does nothing; null to do without. Default: {@code true}.
     */
    public Bench noop(@Nullable Command noop) {
        Settings s = settings;
        return with(s.reference, s.seed, s.ignoreFailures, noop, s.listener);
    }

    /** Who follows it. What it throws ends the bench. Default: nobody. */
    public Bench listener(BenchListener listener) {
        Settings s = settings;
        return with(s.reference, s.seed, s.ignoreFailures, s.noop, Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Runs all of it, on this thread.
     *
     * @throws BenchException if something cannot be started or fails. Nothing of it runs then, what concludes the run and
     *     the cleanups included: a failure of theirs is suppressed by the first one
     * @throws InterruptedException if the thread is interrupted. What ran was stopped by its plan, and what concludes it and
     *     the cleanups were run; a second interrupt stops these, too
     */
    public BenchReport run(Supervisor supervisor) throws BenchException, InterruptedException {
        return new BenchRunner(settings, supervisor).run();
    }

    private Bench with(int warmup, int minRuns, int maxRuns, Duration minTime) {
        Settings s = settings;
        return new Bench(new Settings(
                s.variants,
                warmup,
                minRuns,
                maxRuns,
                minTime,
                s.metrics,
                s.reference,
                s.seed,
                s.ignoreFailures,
                s.noop,
                s.listener));
    }

    private Bench with(
            int reference, long seed, boolean ignoreFailures, @Nullable Command noop, BenchListener listener) {
        Settings s = settings;
        return new Bench(new Settings(
                s.variants,
                s.warmup,
                s.minRuns,
                s.maxRuns,
                s.minTime,
                s.metrics,
                reference,
                seed,
                ignoreFailures,
                noop,
                listener));
    }

    private static void require(boolean right, String what, int given) {
        if (!right) {
            throw new IllegalArgumentException(what + ": " + given);
        }
    }
}
