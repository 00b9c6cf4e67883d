package dev.leash.benchmarks;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** One work with what came of it for each contestant: samples, or the reason why there are none. */
public final class Measurement {
    /** What the numbers are. */
    public enum Unit {
        MICROSECONDS("µs", true),
        NANOSECONDS("ns", true),
        GIGABYTES_A_SECOND("GB/s", false),
        MILLIONS_OF_LINES_A_SECOND("M lines/s", false),
        RUNS_A_SECOND("runs/s", false),
        BYTES("B", true),
        MILLISECONDS("ms", true),
        COUNT("", true),
        PERCENT("%", true);

        private final String symbol;
        private final boolean lowerIsBetter;

        Unit(String symbol, boolean lowerIsBetter) {
            this.symbol = symbol;
            this.lowerIsBetter = lowerIsBetter;
        }

        public String symbol() {
            return symbol;
        }

        public boolean lowerIsBetter() {
            return lowerIsBetter;
        }
    }

    private final String item;
    private final String id;
    private final String title;
    private final Unit unit;
    private final Map<Contestant, Samples> samples = new EnumMap<>(Contestant.class);
    private final Map<Contestant, String> absences = new EnumMap<>(Contestant.class);

    public Measurement(String item, String id, String title, Unit unit) {
        this.item = item;
        this.id = id;
        this.title = title;
        this.unit = unit;
    }

    public String item() {
        return item;
    }

    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    public Unit unit() {
        return unit;
    }

    public Map<Contestant, Samples> samples() {
        return samples;
    }

    public Map<Contestant, String> absences() {
        return absences;
    }

    public void add(Contestant contestant, double value) {
        samples.computeIfAbsent(contestant, ignored -> new Samples()).add(value);
    }

    public void absent(Contestant contestant, String reason) {
        samples.remove(contestant);
        absences.put(contestant, reason);
    }

    public Optional<Double> median(Contestant contestant) {
        return quantile(contestant, 0.5);
    }

    public Optional<Double> quantile(Contestant contestant, double share) {
        return Optional.ofNullable(samples.get(contestant)).map(found -> found.quantile(share));
    }
}
