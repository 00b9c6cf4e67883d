package dev.leash.cli.timeout;

/**
 * The DURATION of {@code leash timeout}: a number as strtod(3) takes it, hexadecimal and {@code inf} included, and a
 * unit s, m, h or d. Beyond what timeout(1) takes, several whole numbers with ever smaller units are added:
 * {@code 1h30m}.
 */
final class TimeoutDuration {
    /** What {@link #nanos} returns for text that is no duration. */
    static final long INVALID = -1;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double LONGEST_SECONDS = 9.2e9;

    private TimeoutDuration() {}

    /**
     * The nanoseconds, rounded up; {@link Long#MAX_VALUE} for a duration that does not fit; {@link #INVALID} for text
     * that is none.
     */
    static long nanos(String text) {
        if (isPlain(text)) {
            return Integer.parseInt(text) * 1_000_000_000L;
        }
        Numeral numeral = new Numeral(text);
        double number = numeral.read();
        int unit = unit(text.substring(numeral.end));
        // NaN fails the comparison. Minus zero passes it, unless it has become zero only by rounding.
        if (!numeral.found || unit == 0 || !(number >= 0)) {
            return sum(text);
        }
        double seconds = number * unit;
        double whole = Math.floor(seconds);
        if (whole >= LONGEST_SECONDS) {
            return Long.MAX_VALUE;
        }
        return ((long) whole) * 1_000_000_000L + (long) Math.ceil((seconds - whole) * NANOS_PER_SECOND);
    }

    /** The usual case, whole seconds, which needs no class for floating-point arithmetic. */
    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() < 10;
    }

    /** The nanoseconds of {@code 1h30m} and the like; {@link #INVALID} for all else. */
    private static long sum(String text) {
        long seconds = 0;
        long before = Long.MAX_VALUE;
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                end++;
            }
            int unit = end == text.length() ? 0 : unit(text.substring(end, end + 1));
            if (end == at || end - at > 9 || unit == 0 || unit >= before) {
                return INVALID;
            }
            seconds += Long.parseLong(text.substring(at, end)) * unit;
            before = unit;
            at = end + 1;
        }
        return text.isEmpty() ? INVALID : seconds >= LONGEST_SECONDS ? Long.MAX_VALUE : seconds * 1_000_000_000L;
    }

    private static int unit(String suffix) {
        return switch (suffix) {
            case "", "s" -> 1;
            case "m" -> 60;
            case "h" -> 60 * 60;
            case "d" -> 24 * 60 * 60;
            default -> 0;
        };
    }

    /** Finds the longest prefix of a text that is a number. */
    private static final class Numeral {
        private final String text;
        private int end;
        private boolean found;
        private boolean nonZero;

        Numeral(String text) {
            this.text = text;
        }

        double read() {
            int at = 0;
            while (at < text.length() && " \t\n\u000b\f\r".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            boolean negative = at < text.length() && text.charAt(at) == '-';
            if (negative || (at < text.length() && text.charAt(at) == '+')) {
                at++;
            }
            double magnitude = magnitude(at);
            return negative ? -magnitude : magnitude;
        }

        private double magnitude(int start) {
            for (String word : new String[] {"infinity", "inf"}) {
                if (text.regionMatches(true, start, word, 0, word.length())) {
                    return accept(start + word.length(), Double.POSITIVE_INFINITY);
                }
            }
            if (text.regionMatches(true, start, "nan", 0, 3)) {
                return accept(start + 3, Double.NaN);
            }
            double hexadecimal = text.regionMatches(true, start, "0x", 0, 2) ? number(start + 2, 16) : 0;
            return found ? hexadecimal : number(start, 10);
        }

        private double number(int start, int radix) {
            int at = digits(start, radix);
            int count = at - start;
            if (at < text.length() && text.charAt(at) == '.') {
                int fraction = at + 1;
                int after = digits(fraction, radix);
                count += after - fraction;
                at = after;
            }
            if (count == 0) {
                return 0;
            }
            int mantissaEnd = at;
            String exponent = exponent(at, radix == 16 ? 'p' : 'e');
            String mantissa = text.substring(start, mantissaEnd);
            double value = radix == 16
                    ? Double.parseDouble("0x" + mantissa + (exponent.isEmpty() ? "p0" : exponent))
                    : Double.parseDouble(mantissa + exponent);
            // Rounded to zero, but greater: the shortest time there is.
            return accept(mantissaEnd + exponent.length(), value == 0 && nonZero ? Double.MIN_VALUE : value);
        }

        private int digits(int start, int radix) {
            int at = start;
            while (at < text.length() && text.charAt(at) < 0x7f && Character.digit(text.charAt(at), radix) >= 0) {
                nonZero |= text.charAt(at) != '0';
                at++;
            }
            return at;
        }

        /** The exponent with its letter, or empty: a letter without digits belongs to what follows the number. */
        private String exponent(int start, char letter) {
            if (start == text.length() || Character.toLowerCase(text.charAt(start)) != letter) {
                return "";
            }
            int at = start + 1;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            boolean nonZeroMantissa = nonZero;
            int after = digits(at, 10);
            nonZero = nonZeroMantissa;
            return after == at ? "" : text.substring(start, after);
        }

        private double accept(int to, double value) {
            found = true;
            end = to;
            return value;
        }
    }
}
