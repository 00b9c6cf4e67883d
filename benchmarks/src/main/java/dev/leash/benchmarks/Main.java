package dev.leash.benchmarks;

import dev.leash.benchmarks.item.Item;
import dev.leash.benchmarks.report.Charts;
import dev.leash.benchmarks.report.JmhResults;
import dev.leash.benchmarks.report.Markdown;
import dev.leash.benchmarks.report.Publication;
import dev.leash.benchmarks.report.TargetRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.openjdk.jmh.runner.RunnerException;

/** Measures, tells how far it is, and writes what came of it: see {@code benchmarks/run}. */
public final class Main {
    private static final Path TARGET = Path.of("target");
    private static final Path RESULTS = TARGET.resolve("results");
    private static final Path NATIVES = TARGET.resolve("native").toAbsolutePath();

    private static boolean failed;

    private Main() {}

    public static void main(String[] args) throws Exception {
        Mode mode = Mode.FULL;
        Map<String, Item> items = Item.all();
        List<String> chosen = new ArrayList<>();
        boolean plan = false;
        boolean publish = false;
        for (String arg : args) {
            if ("--quick".equals(arg)) {
                mode = Mode.QUICK;
            } else if ("--smoke".equals(arg)) {
                mode = Mode.SMOKE;
            } else if ("--plan".equals(arg)) {
                plan = true;
            } else if ("--publish".equals(arg)) {
                publish = true;
            } else if (items.containsKey(arg)) {
                chosen.add(arg);
            } else {
                System.err.println("benchmarks: there is no " + arg
                        + "; there are --quick, --smoke, --plan, --publish and " + String.join(", ", items.keySet()));
                System.exit(2);
            }
        }
        if (!chosen.isEmpty()) {
            items.keySet().retainAll(chosen);
        }
        boolean all = chosen.isEmpty();
        if (publish && !(all && mode == Mode.FULL)) {
            System.err.println("benchmarks: --publish is for all items, and not for --quick or --smoke");
            System.exit(2);
        }
        if (plan) {
            plan(mode, items);
            return;
        }
        Files.createDirectories(RESULTS);
        String surroundings = Surroundings.describe("benchmarks/run " + String.join(" ", args));
        Bench bench = measure(mode, items);
        List<Measurement> measurements = bench.measurements();
        String targets = TargetRows.of(measurements, Publication.PAGE, all);
        String report = Markdown.of(measurements, surroundings, targets);
        Files.writeString(RESULTS.resolve("results.md"), report);
        JmhResults.write(measurements, bench.jmhResults(), RESULTS.resolve("results.json"));
        Charts.draw(measurements, RESULTS);
        System.out.println(mode.isSmoke() ? "\nThe numbers of --smoke say nothing." : "\n" + report);
        System.out.println("Written to " + RESULTS.toAbsolutePath());
        if (publish) {
            Publication.of(RESULTS, surroundings, targets);
            System.out.println("Published in " + Publication.PAGE.normalize() + ", RESULTS.md and charts/");
        }
        System.exit(failed || leashIsAbsent(measurements) ? 1 : 0);
    }

    /** What others cannot do is part of the result; what Leash cannot do is a failure. */
    private static boolean leashIsAbsent(List<Measurement> measurements) {
        boolean absent = false;
        for (Measurement measurement : measurements) {
            String reason = measurement.absences().get(Contestant.LEASH);
            if (reason != null) {
                System.err.println("benchmarks: " + measurement.title() + ": " + reason);
                absent = true;
            }
        }
        return absent;
    }

    /** Says how long each item will take, if nobody is much slower than usual. */
    private static void plan(Mode mode, Map<String, Item> items) throws Exception {
        AtomicLong total = new AtomicLong();
        for (Map.Entry<String, Item> item : items.entrySet()) {
            long before = total.get();
            pass(Map.ofEntries(item), new Bench(mode, NATIVES, null, total::addAndGet), what -> {});
            System.out.println("%-12s %s".formatted(item.getKey(), minutes(total.get() - before)));
        }
        System.out.println("%-12s %s".formatted("all, " + mode.name(), minutes(total.get())));
    }

    private static String minutes(long millis) {
        return "%3d:%02d min".formatted(millis / 60_000, millis / 1_000 % 60);
    }

    private static Bench measure(Mode mode, Map<String, Item> items) throws Exception {
        AtomicLong total = new AtomicLong();
        pass(items, new Bench(mode, NATIVES, null, total::addAndGet), what -> {});
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName("benchmarks")
                .setInitialMax(total.get())
                .setUpdateIntervalMillis(500)
                .setStyle(ProgressBarStyle.ASCII)
                .setMaxRenderedLength(110);
        try (Roster roster = new Roster(NATIVES, TARGET.resolve("logs"));
                ProgressBar progress = builder.build()) {
            Bench bench = new Bench(mode, NATIVES, roster, progress::stepBy);
            pass(items, bench, progress::setExtraMessage);
            return bench;
        }
    }

    private static void pass(Map<String, Item> items, Bench bench, Consumer<String> now) throws Exception {
        for (Map.Entry<String, Item> item : items.entrySet()) {
            now.accept(item.getKey());
            try {
                item.getValue().measure(bench);
            } catch (RunnerException | RuntimeException e) {
                // What came of the others shall not be lost for it.
                System.err.println("\nbenchmarks: " + item.getKey() + " failed: " + e);
                failed = true;
            }
        }
    }
}
