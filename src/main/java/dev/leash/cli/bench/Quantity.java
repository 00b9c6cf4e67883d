package dev.leash.cli.bench;

import dev.leash.bench.Metric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Values as text for people: four digits and a unit. */
final class Quantity {
    private static final double MEBI = 1 << 20;

    private Quantity() {}

    static String text(double value, Metric.Unit unit) {
        return switch (unit) {
            case SECONDS -> seconds(value);
            case COUNT -> count(value);
            case BYTES -> value < MEBI ? digits(value / 1024) + " KiB" : digits(value / MEBI) + " MiB";
        };
    }

    private static String seconds(double value) {
        if (value >= 1) {
            return digits(value) + " s";
        }
        return value == 0 ? "0 ms" : value >= 1e-3 ? digits(value * 1e3) + " ms" : digits(value * 1e6) + " µs";
    }

    private static String count(double value) {
        if (value >= 1e9) {
            return digits(value / 1e9) + " G";
        }
        if (value >= 1e6) {
            return digits(value / 1e6) + " M";
        }
        return value >= 1e4
                ? digits(value / 1e3) + " k"
                : value == Math.rint(value) ? digitsOf(value, 0) : digits(value);
    }

    /** Four of them. */
    static String digits(double value) {
        double size = Math.abs(value);
        return digitsOf(value, size >= 999.95 ? 0 : size >= 99.995 ? 1 : size >= 9.9995 ? 2 : 3);
    }

    private static String digitsOf(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** How two compare: {@code 1.234}. */
    static String ratio(double ratio) {
        return Double.isFinite(ratio) ? digits(ratio) : "–";
    }

    /** A part of one, as {@code 2.5 %}. */
    static String percent(double part) {
        return BigDecimal.valueOf(part * 100)
                        .setScale(2, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString() + " %";
    }

    /** A name in one line: it comes from the command line, and may have control characters. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cc}", "?");
    }
}
