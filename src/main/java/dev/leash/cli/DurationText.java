package dev.leash.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Durations on the command line of {@code leash run}: {@code 1.5s}, {@code 500ms}, {@code 2m}. */
final class DurationText {
    private static final BigDecimal FOREVER = BigDecimal.valueOf(Long.MAX_VALUE);

    /** More digits than any duration needs. A longer text could keep BigDecimal busy for minutes. */
    private static final int LONGEST = 40;

    private DurationText() {}

    /**
     * The nanoseconds, exact, rounded up; {@link Long#MAX_VALUE} for what does not fit.
     *
     * @param option named in the exception
     * @throws UsageException if it is no duration, or not positive
     */
    static long nanos(String option, String text) throws UsageException {
        int end = 0;
        while (end < text.length() && isNumeral(text.charAt(end))) {
            end++;
        }
        long unit = unit(text.substring(end));
        if (unit == 0 || end > LONGEST) {
            throw notOne(option, text);
        }
        BigDecimal nanos;
        try {
            nanos = new BigDecimal(text.substring(0, end)).multiply(BigDecimal.valueOf(unit));
        } catch (NumberFormatException e) {
            throw notOne(option, text);
        }
        if (nanos.signum() == 0) {
            throw new UsageException(option + " must be more than zero; leave it out for no limit");
        }
        return nanos.setScale(0, RoundingMode.CEILING).min(FOREVER).longValueExact();
    }

    private static UsageException notOne(String option, String text) {
        return new UsageException(option
                + " needs a duration such as 1.5s, 500ms or 2m (units: ns, us, ms, s, m, h, d), not '" + text + "'");
    }

    private static boolean isNumeral(char c) {
        return (c >= '0' && c <= '9') || c == '.';
    }

    /** Nanoseconds, 0 if there is no such unit. */
    private static long unit(String name) {
        return switch (name) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s", "" -> 1_000_000_000L;
            case "m", "min" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 86_400_000_000_000L;
            default -> 0L;
        };
    }
}
