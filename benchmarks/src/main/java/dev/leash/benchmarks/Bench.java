package dev.leash.benchmarks;

import dev.leash.benchmarks.Roster.Setting;
import dev.leash.benchmarks.WorkerProcess.AbsentException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongConsumer;

/**
 * Has the contestants work, in turn. An item calls it twice: once to find out how long all will take, when nothing is
 * done, and once in earnest.
 */
public final class Bench {
    /** Far beyond what any work takes: whoever needs longer hangs. */
    private static final long PATIENCE_MILLIS = 60_000;

    private final Mode mode;
    private final Path natives;
    private final Roster roster;
    private final List<Measurement> measurements;
    private final LongConsumer spent;

    /** @param spent told of each stretch of time, in milliseconds, that is over, or that will be needed */
    Bench(Mode mode, Path natives, Roster roster, List<Measurement> measurements, LongConsumer spent) {
        this.mode = mode;
        this.natives = natives;
        this.roster = roster;
        this.measurements = measurements;
        this.spent = spent;
    }

    public Mode mode() {
        return mode;
    }

    /** Whether this is the pass in which nothing is done. */
    public boolean planning() {
        return roster == null;
    }

    /** The program that does nothing, or the next best. */
    public String noop() {
        Path noop = natives.resolve("noop");
        return noop.toFile().exists() ? noop.toString() : "/bin/true";
    }

    /** The program that does {@code what}: see {@code native/child.c}. */
    public String child(String what) {
        return natives.resolve("child") + " " + what;
    }

    /** Time that something else than a slice needs. */
    public void spend(long millis) {
        spent.accept(millis);
    }

    public void add(Measurement measurement) {
        if (!planning() && !measurements.contains(measurement)) {
            measurements.add(measurement);
        }
    }

    /** As {@link #alternate(Measurement, Collection, Setting, String, String, DoubleUnaryOperator)}, of times. */
    public void alternate(Measurement measurement, Collection<Contestant> contestants, String work, String arguments) {
        alternate(measurement, contestants, Setting.USUAL, work, arguments, nanos -> nanos / 1_000);
    }

    /**
     * Measures a work: each of the contestants in turn for a slice of time, in as many rounds as the mode has. Who is first
     * changes from round to round.
     *
     * @param conversion from nanoseconds to the unit of {@code measurement}
     */
    void alternate(
            Measurement measurement,
            Collection<Contestant> contestants,
            Setting setting,
            String work,
            String arguments,
            DoubleUnaryOperator conversion) {
        if (planning()) {
            spend((long) contestants.size() * (mode.warmMillis() + (long) mode.rounds() * mode.sliceMillis()));
            return;
        }
        add(measurement);
        List<Contestant> here = new ArrayList<>(contestants);
        for (Contestant contestant : contestants) {
            // The first slice is uncounted also where no time is given for it: it starts the process.
            if (ask(measurement, contestant, setting, work + " " + mode.warmMillis() + " " + arguments) == null) {
                here.remove(contestant);
                spend((long) mode.rounds() * mode.sliceMillis());
            }
            spend(mode.warmMillis());
        }
        for (int round = 0; round < mode.rounds(); round++) {
            for (int turn = 0; turn < here.size(); turn++) {
                Contestant contestant = here.get((round + turn) % here.size());
                List<Long> answer =
                        ask(measurement, contestant, setting, work + " " + mode.sliceMillis() + " " + arguments);
                if (answer != null) {
                    answer.forEach(nanos -> measurement.add(contestant, conversion.applyAsDouble(nanos)));
                }
                spend(mode.sliceMillis());
            }
        }
        for (Contestant contestant : here) {
            if (!measurement.samples().containsKey(contestant)) {
                measurement.absent(contestant, "closes the pipe on what its child says last");
            }
        }
    }

    public void alternate(
            Measurement measurement,
            Collection<Contestant> contestants,
            String work,
            String arguments,
            DoubleUnaryOperator conversion) {
        alternate(measurement, contestants, Setting.USUAL, work, arguments, conversion);
    }

    /** With a mebibyte of environment in each process. */
    public void alternateWithBigEnvironment(
            Measurement measurement, Collection<Contestant> contestants, String work, String arguments) {
        alternate(measurement, contestants, Setting.BIG_ENVIRONMENT, work, arguments, nanos -> nanos / 1_000);
        if (!planning()) {
            roster.dismiss(Setting.BIG_ENVIRONMENT);
        }
    }

    /** With four gibibytes of live heap in each process but the floor's. One after the other, for lack of memory. */
    public void alternateWithBigHeap(
            Measurement measurement, Collection<Contestant> contestants, String work, String arguments) {
        for (Contestant contestant : contestants) {
            Setting setting = contestant.isJava() ? Setting.BIG_HEAP : Setting.USUAL;
            if (planning()) {
                spend(2_000);
            }
            alternate(measurement, List.of(contestant), setting, work, arguments, nanos -> nanos / 1_000);
            if (!planning()) {
                spend(2_000);
                roster.dismiss(Setting.BIG_HEAP);
            }
        }
    }

    /**
     * Asks one contestant once.
     *
     * @return its answer, or null if it cannot, which is noted
     */
    public List<Long> ask(Measurement measurement, Contestant contestant, String order) {
        return ask(measurement, contestant, Setting.USUAL, order);
    }

    private List<Long> ask(Measurement measurement, Contestant contestant, Setting setting, String order) {
        try {
            return roster.worker(contestant, setting).ask(order, PATIENCE_MILLIS);
        } catch (AbsentException e) {
            measurement.absent(contestant, e.getMessage());
            if (e.getMessage().startsWith("hung") || e.getMessage().startsWith("its process")) {
                roster.dismiss(contestant, setting);
            }
            return null;
        }
    }

    /** Does {@code work} while the contestant has a crowd of children, which {@code order} starts, and ends them then. */
    public void among(Measurement measurement, Contestant contestant, String order, Runnable work) {
        if (planning()) {
            work.run();
        } else if (ask(measurement, contestant, order) != null) {
            work.run();
            ask(measurement, contestant, "release");
        }
    }

    /** Ends a contestant's process; the next order starts it anew. */
    public void restart(Contestant contestant) {
        roster.dismiss(contestant, Setting.USUAL);
    }

    /** A table for what is collected by contestant. */
    public static <T> Map<Contestant, T> byContestant() {
        return new EnumMap<>(Contestant.class);
    }
}
