package dev.leash.cli.options;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Durations on the command line of {@code leash run}: {@code 90s}, {@code 1.5h}, {@code 500ms}, {@code 1h30m}; a
 * number without a unit counts seconds. With several units each must be smaller than the one before, and only the
 * last may have a fraction: {@code 30m1h} is more likely a mistake than 90 minutes, and {@code 1h30} could mean
 * minutes or seconds.
 */
public final class DurationText {
    private static final BigDecimal FOREVER = BigDecimal.valueOf(Long.MAX_VALUE);

    /** More digits than any duration needs. A longer text could keep BigDecimal busy for minutes. */
    private static final int LONGEST = 40;

    private DurationText() {}

    /**
     * The nanoseconds, exact, rounded up; {@link Long#MAX_VALUE} for a duration that does not fit.
     *
     * @param option named in the exception
     * @throws UsageException if it is no duration, or not positive
     */
    public static long nanos(String option, String text) throws UsageException {
        BigDecimal nanos = BigDecimal.ZERO;
        long before = Long.MAX_VALUE;
        int at = 0;
        do {
            int unitAt = end(text, at, true);
            int end = end(text, unitAt, false);
            String number = text.substring(at, unitAt);
            long unit = unit(text.substring(unitAt, end));
            boolean alone = at == 0 && end == text.length();
            boolean last = end == text.length();
            if (unit == 0
                    || unit >= before
                    || (unitAt == end && !alone)
                    || (number.indexOf('.') >= 0 && !last)
                    || number.length() > LONGEST) {
                throw notOne(option, text);
            }
            try {
                nanos = nanos.add(new BigDecimal(number).multiply(BigDecimal.valueOf(unit)));
            } catch (NumberFormatException e) {
                throw notOne(option, text);
            }
            before = unit;
            at = end;
        } while (at < text.length());
        if (nanos.signum() == 0) {
            throw new UsageException(option + " must be more than zero; leave it out for no limit");
        }
        return nanos.setScale(0, RoundingMode.CEILING).min(FOREVER).longValueExact();
    }

    private static UsageException notOne(String option, String text) {
        return new UsageException(
                option + " needs a duration such as 90s, 1.5h, 500ms or 1h30m (units, the greatest first:"
                        + " d, h, m, s, ms, us, ns), not '" + text + "'");
    }

    /** The end of the run of characters that begins at {@code start}: digits and dots, or all others. */
    private static int end(String text, int start, boolean numeral) {
        int end = start;
        while (end < text.length() && isNumeral(text.charAt(end)) == numeral) {
            end++;
        }
        return end;
    }

    private static boolean isNumeral(char c) {
        return (c >= '0' && c <= '9') || c == '.';
    }

    /** The nanoseconds of a unit; 0 if there is no such unit. */
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
