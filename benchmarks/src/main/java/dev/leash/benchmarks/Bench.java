package dev.leash.benchmarks;

import dev.leash.benchmarks.Roster.Setting;
import dev.leash.benchmarks.WorkerProcess.AbsentException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Has the contestants work, in turn. An item calls it twice: once to find out how long all will take, when nothing is
 * done, and once in earnest.
 */
public final class Bench {
    /** Far beyond what any work takes: whoever needs longer hangs. */
    private static final long PATIENCE_MILLIS = 60_000;

    /** To fill a big heap. */
    private static final long BIG_HEAP_MILLIS = 2_000;

    /** Resident, with all that is around it. */
    private static final long BIG_HEAP_GIBIBYTES = 7;

    /** For a 99th percentile that is more than a handful of samples. */
    private static final int TIMES_AS_MANY_FOR_TAILS = 3;

    private static final long FRESH_JVM_MILLIS = 350;
    private static final int USUAL_FIRST_WORK_MILLIS = 4;

    static final String JAVA = ProcessHandle.current().info().command().orElse("java");

    private static final int SLICES_FOR_COMMANDS = 6;
    private static final int USUAL_RUNS_A_MILLISECOND = 2;
    private static final int SHARE_OF_FIRST_TURN = 4;

    /** Some for each of eight callers. */
    private static final int LEAST_RUNS = 32;

    private static final long JMH_START_MILLIS = 1_000;

    private final Mode mode;
    private final Path natives;
    private final Roster roster;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<RunResult> jmhResults = new ArrayList<>();
    private final LongConsumer spent;

    /** The processes that there would be by now. */
    private final Set<String> planned = new HashSet<>();

    /** @param spent told of each stretch of time, in milliseconds, that is over, or that will be needed */
    Bench(Mode mode, Path natives, Roster roster, LongConsumer spent) {
        this.mode = mode;
        this.natives = natives;
        this.roster = roster;
        this.spent = spent;
    }

    public Mode mode() {
        return mode;
    }

    /** What was measured, in the order of doing. */
    List<Measurement> measurements() {
        return measurements;
    }

    /** What JMH has measured. */
    List<RunResult> jmhResults() {
        return jmhResults;
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

    /** A script whose children outlive it: see {@code native/holder.sh}. */
    public String holder() {
        return natives.resolve("holder.sh").toString();
    }

    /** The command, as the build has made it. */
    public String leash() {
        return Path.of("..", "target", "leash").toAbsolutePath().normalize().toString();
    }

    /** The Java that everything here runs on, the command included. */
    public String java() {
        return JAVA;
    }

    /** Where the PATH leads for a program; its plain name if it leads nowhere, which then cannot be started. */
    public String onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElse(program);
    }

    /** Time that something else than a slice needs. */
    public void spend(long millis) {
        spent.accept(millis);
    }

    public void add(Measurement measurement) {
        if (!measurements.contains(measurement)) {
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
        alternate(measurement, contestants, setting, mode.rounds(), work, arguments, conversion);
    }

    /** As {@link #alternate(Measurement, Collection, String, String)}, with so many samples that the rare ones are seen. */
    public void alternateForTails(
            Measurement measurement, Collection<Contestant> contestants, String work, String arguments) {
        int rounds = mode.isSmoke() ? mode.rounds() : mode.rounds() * TIMES_AS_MANY_FOR_TAILS;
        alternate(measurement, contestants, Setting.USUAL, rounds, work, arguments, nanos -> nanos / 1_000);
    }

    private void alternate(
            Measurement measurement,
            Collection<Contestant> contestants,
            Setting setting,
            int rounds,
            String work,
            String arguments,
            DoubleUnaryOperator conversion) {
        if (planning()) {
            for (Contestant contestant : contestants) {
                boolean first = planned.add(contestant + " " + setting);
                spend((first ? mode.freshMillis() : mode.warmMillis()) + (long) rounds * mode.sliceMillis());
            }
            return;
        }
        add(measurement);
        List<Contestant> here = new ArrayList<>(contestants);
        for (Contestant contestant : contestants) {
            // Also where no time is given for it, the first slice is uncounted.
            int warm = roster.isFresh(contestant, setting) ? mode.freshMillis() : mode.warmMillis();
            if (ask(measurement, contestant, setting, work + " " + warm + " " + arguments) == null) {
                here.remove(contestant);
                spend((long) rounds * mode.sliceMillis());
            }
            spend(warm);
        }
        for (int round = 0; round < rounds; round++) {
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

    /**
     * With four gibibytes of live heap in each process but the floor's. All are measured beside each other; who comes when
     * there is no memory left for one more heap is absent.
     */
    public void alternateWithBigHeap(
            Measurement measurement, Collection<Contestant> contestants, String work, String arguments) {
        List<Contestant> all = new ArrayList<>(List.of(Contestant.FLOOR));
        long memory = Surroundings.availableGibibytes();
        for (Contestant contestant : contestants) {
            memory -= BIG_HEAP_GIBIBYTES;
            if (memory < 0) {
                measurement.absent(contestant, "no memory here for one more heap of this size");
            } else {
                all.add(contestant);
                spend(BIG_HEAP_MILLIS);
            }
        }
        alternate(measurement, all, Setting.BIG_HEAP, work, arguments, nanos -> nanos / 1_000);
        if (!planning()) {
            roster.dismiss(Setting.BIG_HEAP);
        }
    }

    /**
     * Measures the first works of a process: each contestant has, in turn, a fresh one, which does as many of them as are
     * asked about.
     *
     * @param measurements by the number of the work that they are about, from 1
     * @param pauseMillis between the start of a JVM and its first
     * @param first the first work
     * @param more each of the others
     */
    public void fresh(
            SortedMap<Integer, Measurement> measurements,
            List<Contestant> contestants,
            int pauseMillis,
            String first,
            String more) {
        measurements.values().forEach(this::add);
        Measurement any = measurements.firstEntry().getValue();
        int works = measurements.lastKey();
        for (int jvm = 0; jvm < mode.jvms(); jvm++) {
            for (int turn = 0; turn < contestants.size(); turn++) {
                Contestant contestant = contestants.get((jvm + turn) % contestants.size());
                spend(works * USUAL_FIRST_WORK_MILLIS + (contestant.isJava() ? FRESH_JVM_MILLIS + pauseMillis : 0));
                if (planning() || any.absences().containsKey(contestant)) {
                    continue;
                }
                if (pauseMillis > 0 && contestant.isJava()) {
                    ask(any, contestant, Setting.FRESH, "idle " + pauseMillis);
                }
                List<Long> answer = new ArrayList<>();
                for (String order : List.of(first, "times " + (works - 1) + " " + more)) {
                    List<Long> part = ask(any, contestant, Setting.FRESH, order);
                    answer.addAll(part == null ? List.of() : part);
                }
                if (answer.size() == works) {
                    measurements.forEach(
                            (number, measurement) -> measurement.add(contestant, answer.get(number - 1) / 1e3));
                }
                roster.dismiss(contestant, Setting.FRESH);
            }
        }
    }

    /**
     * Measures how many runs there are in a second: each contestant does, in turn, a number of them. Its first turn is
     * shorter and uncounted, and tells how many it can do in a second: there are no more of them in its other turns.
     */
    public void alternateRuns(
            Measurement measurement, Collection<Contestant> contestants, String work, String program) {
        long estimate = mode.runs() / USUAL_RUNS_A_MILLISECOND;
        add(measurement);
        List<Contestant> here = new ArrayList<>(contestants);
        Map<Contestant, Long> runs = new HashMap<>();
        for (int round = mode.isSmoke() ? 1 : 0; round <= mode.rates(); round++) {
            for (int turn = 0; turn < contestants.size(); turn++) {
                spend(estimate);
                Contestant contestant = here.get((round + turn) % here.size());
                if (planning() || measurement.absences().containsKey(contestant)) {
                    continue;
                }
                if (roster.isFresh(contestant, Setting.USUAL)) {
                    ask(measurement, contestant, "roundtrip " + mode.freshMillis() + " " + program);
                }
                long count = runs.getOrDefault(contestant, (long) Math.max(1, mode.runs() / SHARE_OF_FIRST_TURN));
                List<Long> answer = ask(measurement, contestant, work + " " + count + " " + program);
                if (answer != null) {
                    double rate = count * 1e9 / answer.getFirst();
                    if (round > 0) {
                        measurement.add(contestant, rate);
                    }
                    runs.putIfAbsent(
                            contestant, Math.clamp((long) rate, (long) LEAST_RUNS, Math.max(LEAST_RUNS, mode.runs())));
                }
            }
        }
    }

    /**
     * Measures commands from their start to their end, in milliseconds: the floor runs each of them in turn, for as long as it
     * takes to do so some times.
     */
    public void alternateCommands(Measurement measurement, Map<Contestant, String> commands) {
        if (planning()) {
            spend((long) commands.size() * mode.rounds() * mode.sliceMillis() * SLICES_FOR_COMMANDS);
            return;
        }
        add(measurement);
        long millis = (long) mode.sliceMillis() * SLICES_FOR_COMMANDS;
        List<Contestant> order = List.copyOf(commands.keySet());
        for (int round = 0; round < mode.rounds(); round++) {
            for (int turn = 0; turn < order.size(); turn++) {
                Contestant contestant = order.get((round + turn) % order.size());
                String work = "roundtrip " + millis + " " + commands.get(contestant);
                try {
                    for (long nanos :
                            roster.worker(Contestant.FLOOR, Setting.USUAL).ask(work, PATIENCE_MILLIS)) {
                        measurement.add(contestant, nanos / 1e6);
                    }
                } catch (AbsentException e) {
                    measurement.absent(contestant, e.getMessage());
                    roster.dismiss(Contestant.FLOOR, Setting.USUAL);
                }
                spend(millis);
            }
        }
    }

    /** Has JMH run a benchmark, in a JVM of its own, and keeps the results. */
    public List<RunResult> jmh(Class<?> benchmark, UnaryOperator<ChainedOptionsBuilder> options)
            throws RunnerException {
        spend(JMH_START_MILLIS + 2L * mode.jmhMillis());
        if (planning()) {
            return List.of();
        }
        TimeValue time = TimeValue.milliseconds(mode.jmhMillis());
        ChainedOptionsBuilder usual = new OptionsBuilder()
                .include(benchmark.getName() + "\\.")
                .forks(1)
                .warmupIterations(1)
                .warmupTime(time)
                .measurementIterations(1)
                .measurementTime(time)
                .jvmArgs("--enable-native-access=ALL-UNNAMED", "-Xmx512m")
                .verbosity(VerboseMode.SILENT);
        List<RunResult> results = List.copyOf(new Runner(options.apply(usual).build()).run());
        jmhResults.addAll(results);
        return results;
    }

    /**
     * Asks one contestant once.
     *
     * @return its answer, or null if it cannot, which is noted
     */
    public List<Long> ask(Measurement measurement, Contestant contestant, String order) {
        return ask(measurement, contestant, Setting.USUAL, order);
    }

    private List<Long> ask(Measurement measurement, Contestant contestant, Setting wanted, String order) {
        // The floor has no heap.
        Setting setting = wanted == Setting.BIG_HEAP && !contestant.isJava() ? Setting.USUAL : wanted;
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
}
