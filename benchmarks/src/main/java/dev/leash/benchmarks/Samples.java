package dev.leash.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What was measured of one contestant at one work, in the unit of the {@link Measurement}. */
public final class Samples {
    private final List<Double> values = new ArrayList<>();
    private boolean sorted = true;

    void add(double value) {
        values.add(value);
        sorted = false;
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public List<Double> values() {
        return Collections.unmodifiableList(values);
    }

    public double median() {
        return quantile(0.5);
    }

    /** The value that this share of all is not above. */
    public double quantile(double share) {
        if (!sorted) {
            Collections.sort(values);
            sorted = true;
        }
        int rank = (int) Math.ceil(share * values.size());
        return values.get(Math.max(1, Math.min(rank, values.size())) - 1);
    }
}
