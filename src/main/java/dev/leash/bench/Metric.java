package dev.leash.bench;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Count;
import dev.leash.Counter;
import dev.leash.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that is measured of each run. Two are equal if they have the same name. Immutable.
 */
public final class Metric {
    /**
     * From just before the start of the program until its exit was seen, see {@link Result#wallTime}; where it has timed
     * out, until it was told to stop.
     */
    public static final Metric WALL = time("wall", result -> nanos(wall(result).toNanos()));

    /** CPU time in user mode, see {@link dev.leash.Usage}. */
    public static final Metric USER =
            time("user", result -> nanos(result.usage().userTime().toNanos()));

    /** CPU time in the kernel. */
    public static final Metric SYSTEM =
            time("system", result -> nanos(result.usage().systemTime().toNanos()));

    /** {@link #USER} and {@link #SYSTEM} together. */
    public static final Metric CPU =
            time("cpu", result -> nanos(result.usage().cpuTime().toNanos()));

    /** See {@link Result#peakMemory}: there only for commands in a cgroup with the memory controller. */
    public static final Metric MEMORY = of(
            "memory",
            Unit.BYTES,
            result -> result.peakMemory().isPresent()
                    ? OptionalDouble.of((double) result.peakMemory().getAsLong())
                    : OptionalDouble.empty());

    /** What is recorded of every run. */
    static final List<Metric> ALWAYS = List.of(WALL, USER, SYSTEM, CPU);

    /** In what a value is. */
    public enum Unit {
        /** Seconds and parts of them. */
        SECONDS,
        /** A number of things. */
        COUNT,
        /** Bytes. */
        BYTES
    }

    private final String name;
    private final Unit unit;
    private final Function<Result, OptionalDouble> value;
    private final @Nullable Counter counter;

    private Metric(String name, Unit unit, Function<Result, OptionalDouble> value, @Nullable Counter counter) {
        this.name = Objects.requireNonNull(name, "name");
        this.unit = Objects.requireNonNull(unit, "unit");
        this.value = Objects.requireNonNull(value, "value");
        this.counter = counter;
    }

    private static Metric time(String name, Function<Result, OptionalDouble> value) {
        return new Metric(name, Unit.SECONDS, value, null);
    }

    private static Duration wall(Result result) {
        return result.cause() == Cause.TIMED_OUT && !result.stopSteps().isEmpty()
                ? result.stopSteps().getFirst().after()
                : result.wallTime();
    }

    private static OptionalDouble nanos(long nanos) {
        return OptionalDouble.of(nanos / 1e9);
    }

    /**
     * Anything that a result tells.
     *
     * @param value called after each run, on the thread that measures; empty where there is none
     */
    public static Metric of(String name, Unit unit, Function<Result, OptionalDouble> value) {
        return new Metric(name, unit, value, null);
    }

    /**
     * What {@code counter} counts, see {@link Command#counters}. Its name is that of the counter, in small letters and with
     * hyphens: {@code context-switches}.
     */
    public static Metric of(Counter counter) {
        boolean time = counter == Counter.TASK_CLOCK || counter == Counter.CPU_CLOCK;
        return new Metric(
                counter.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                time ? Unit.SECONDS : Unit.COUNT,
                result -> {
                    Count count = result.counters().get(counter);
                    return count == null || count.value().isEmpty()
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(count.value().getAsLong() / (time ? 1e9 : 1));
                },
                counter);
    }

    /** Those above, and that of each counter. */
    public static List<Metric> all() {
        List<Metric> all = new ArrayList<>(ALWAYS);
        all.add(MEMORY);
        for (Counter counter : Counter.values()) {
            all.add(of(counter));
        }
        return all;
    }

    /** One of {@link #all}, by its name. Empty if there is none. */
    public static Optional<Metric> named(String name) {
        return all().stream().filter(metric -> metric.name.equals(name)).findFirst();
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The unit of its values. */
    public Unit unit() {
        return unit;
    }

    /** The counter that it is from. */
    Optional<Counter> counter() {
        return Optional.ofNullable(counter);
    }

    /** The value of one run; empty if it could not be measured. */
    public OptionalDouble of(Result result) {
        return value.apply(result);
    }

    /** Why there is no value. */
    String absence(Result result) {
        if (counter != null && result.counters().get(counter) instanceof Count.Unavailable why) {
            return why.explanation();
        }
        return equals(MEMORY)
                ? "only a run in a cgroup with the memory controller tells its peak of memory"
                : "the run does not tell it";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Metric metric && metric.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
