package dev.leash.benchmarks.report;

import java.util.Locale;

/**
 * A limit for a number, and what it was before.
 *
 * @param upper whether the number is to be at most the limit; else at least
 * @param old what the limit was; null if there was none
 * @param limit what it is
 */
record Goal(boolean upper, Double old, double limit) {
    static Goal atMost(double limit) {
        return new Goal(true, null, limit);
    }

    static Goal atMost(double old, double limit) {
        return new Goal(true, old, limit);
    }

    static Goal atLeast(double limit) {
        return new Goal(false, null, limit);
    }

    static Goal atLeast(double old, double limit) {
        return new Goal(false, old, limit);
    }

    boolean isMetBy(double value) {
        return upper ? value <= limit : value >= limit;
    }

    String before(String unit) {
        return old == null ? "—" : text(old, unit);
    }

    String now(String unit) {
        return text(limit, unit);
    }

    private String text(double value, String unit) {
        String format = value == Math.rint(value) ? "%,.0f" : "%,.2f";
        return (upper ? "≤ " : "≥ ") + String.format(Locale.ROOT, format, value) + " " + unit;
    }
}
