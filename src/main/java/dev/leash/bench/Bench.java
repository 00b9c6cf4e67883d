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
import java.util.function.Consumer;
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

    private final Draft draft;

    private Bench(Draft draft) {
        this.draft = draft;
    }

    /** The settings while they are being changed. */
    static final class Draft {
        final List<Variant> variants;
        int warmup;
        int minRuns = USUAL_ROUNDS;
        int maxRuns = Integer.MAX_VALUE;
        Duration minTime = USUAL_TIME;
        List<Metric> metrics = Metric.ALWAYS;
        int reference;
        long seed = new SplittableRandom().nextLong(1L << 53); // one that JSON holds exactly
        boolean ignoreFailures;

        /** Null to measure no overhead. */
        @Nullable
        Command noop = Command.of("true").stdout(Output.discard()).stderr(Output.discard());

        BenchListener listener = new BenchListener() {};

        Draft(List<Variant> variants) {
            this.variants = variants;
        }

        Draft copy() {
            Draft copy = new Draft(variants);
            copy.warmup = warmup;
            copy.minRuns = minRuns;
            copy.maxRuns = maxRuns;
            copy.minTime = minTime;
            copy.metrics = metrics;
            copy.reference = reference;
            copy.seed = seed;
            copy.ignoreFailures = ignoreFailures;
            copy.noop = noop;
            copy.listener = listener;
            return copy;
        }
    }

    private Bench with(Consumer<Draft> change) {
        Draft changed = draft.copy();
        change.accept(changed);
        return new Bench(changed);
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
        return new Bench(new Draft(List.copyOf(variants)));
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
        return with(changed -> changed.warmup = rounds);
    }

    /**
     * Measures exactly so many rounds.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Bench runs(int rounds) {
        require(rounds >= 1, "runs", rounds);
        return runs(rounds, rounds);
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
        return with(changed -> {
            changed.minRuns = least;
            changed.maxRuns = most;
        });
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
        return with(changed -> changed.minTime = minTime);
    }

    /**
     * Also measures these. The first one is the primary one, by which variants are compared. Wall, user, system and CPU
     * time are always recorded. Default: {@link Metric#WALL} is the primary one.
     */
    public Bench metrics(Metric... metrics) {
        List<Metric> all = new ArrayList<>(List.of(metrics));
        all.addAll(Metric.ALWAYS);
        return with(changed -> changed.metrics = all.stream().distinct().toList());
    }

    /**
     * Compares all others with the variant of this number, from 0. Default: the first one.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Bench reference(int variant) {
        require(variant >= 0 && variant < draft.variants.size(), "reference", variant);
        return with(changed -> changed.reference = variant);
    }

    /** Draws the order of the runs with this seed. The report has it. Default: a new one for each bench. */
    public Bench seed(long seed) {
        return with(changed -> changed.seed = seed);
    }

    /**
     * Goes on though a run fails: exits with another code than 0, is ended by a signal or by its timeout. Such runs are
     * counted, and their times are among the others; that of one that has timed out is its timeout, the least that it
     * would have taken, which does no harm to a median. What is run around a run must succeed all the same. Default:
     * false.
     */
    public Bench ignoreFailures(boolean ignore) {
        return with(changed -> changed.ignoreFailures = ignore);
    }

    /**
     * What is run to measure what a run costs that does nothing; null to do without. Before that it is run up to 300 times,
     * for at most half a second: in its first runs a JVM takes longer. Default: {@code true}.
     */
    public Bench noop(@Nullable Command noop) {
        return with(changed -> changed.noop = noop);
    }

    /** Who follows it. What it throws ends the bench. Default: nobody. */
    public Bench listener(BenchListener listener) {
        Objects.requireNonNull(listener, "listener");
        return with(changed -> changed.listener = listener);
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
        return new BenchRunner(draft, supervisor).run();
    }

    private static void require(boolean right, String what, int given) {
        if (!right) {
            throw new IllegalArgumentException(what + ": " + given);
        }
    }
}
