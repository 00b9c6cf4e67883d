package dev.leash.cli.bench;

import dev.leash.bench.BenchListener;
import dev.leash.bench.Measurement;
import dev.leash.bench.Metric;
import dev.leash.bench.Stage;
import dev.leash.bench.Summary;
import dev.leash.bench.Variant;
import dev.leash.cli.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One line on a terminal that says how far the bench is, and the median so far. For one thread. */
final class BenchLine implements BenchListener {
    /** Moves to the start of the line and erases it: ECMA-48. */
    private static final String ERASE = "\r\033[K";

    private static final long UPDATE_NANOS = 100_000_000;

    private final Console console;
    private final int columns;
    private final Map<Variant, List<Double>> walls = new HashMap<>();
    private long last = System.nanoTime() - UPDATE_NANOS;
    private boolean shown;

    /** @param columns how wide the terminal is */
    BenchLine(Console console, int columns) {
        this.console = console;
        this.columns = columns;
    }

    @Override
    public void begins(Stage stage, Variant variant, int round, int rounds) {
        long now = System.nanoTime();
        if (now - last < UPDATE_NANOS) {
            return; // to write costs time, though not that of a run
        }
        last = now;
        String what =
                switch (stage) {
                    case SETUP -> "setup";
                    case PREPARE, RUN, CONCLUDE -> "round " + (round + 1) + (rounds > 0 ? " of " + rounds : "");
                    case WARMUP -> "warm-up " + (round + 1) + " of " + rounds;
                    case CLEANUP -> "cleanup";
                };
        List<Double> sofar = walls.get(variant);
        String median = sofar == null
                ? ""
                : "  median so far "
                        + Quantity.text(
                                Summary.of(sofar.stream()
                                                .mapToDouble(Double::doubleValue)
                                                .toArray())
                                        .median(),
                                Metric.WALL.unit());
        String text = what + ": " + Quantity.printable(variant.name()) + median;
        write(ERASE + (text.length() < columns ? text : text.substring(0, Math.max(0, columns - 1))));
        shown = true;
    }

    @Override
    public void measured(Variant variant, Measurement measurement) {
        walls.computeIfAbsent(variant, ignored -> new ArrayList<>())
                .add(measurement.value(Metric.WALL).orElse(0));
    }

    /** Takes the line away. */
    void erase() {
        if (shown) {
            write(ERASE);
            shown = false;
        }
    }

    private void write(String text) {
        try {
            console.error().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The terminal is gone. What counts is the report.
        }
    }
}
