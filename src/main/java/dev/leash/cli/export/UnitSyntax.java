package dev.leash.cli.export;

import dev.leash.cli.io.RawText;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How text is written in a unit, so that systemd reads the same bytes again: see "Quoting" in systemd.syntax(7), and
 * "Specifiers" in systemd.unit(5). All text is {@link RawText}.
 */
final class UnitSyntax {
    /** What systemd reads of a line. */
    static final int LONGEST_LINE = 1 << 20;

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@+=:,./-][A-Za-z0-9_@+=:,./%-]*");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int DELETE = 0x7f;
    private static final long NANOS_OF_MICRO = 1000;
    private static final long MICROS_OF_MILLI = 1000;
    private static final long MICROS_OF_SECOND = 1_000_000;

    private UnitSyntax() {}

    /** One word of a command line, or one assignment of {@code Environment=}: any bytes but NUL. */
    static String word(String raw) {
        return PLAIN.matcher(raw).matches() ? raw.replace("%", "%%") : quoted(raw);
    }

    /** The same, in quotation marks in any case. */
    static String quoted(String raw) {
        boolean utf8 = isUtf8(raw);
        StringBuilder word = new StringBuilder(raw.length() + 2).append('"');
        for (int at = 0; at < raw.length(); at++) {
            char c = raw.charAt(at);
            switch (c) {
                case '"', '\\' -> word.append('\\').append(c);
                case '%' -> word.append("%%");
                case '\n' -> word.append("\\n");
                case '\t' -> word.append("\\t");
                default -> {
                    // A byte that is no text could end the reading of the file.
                    if (isControl(c) || (c > DELETE && !utf8)) {
                        word.append(String.format("\\x%02x", (int) c));
                    } else {
                        word.append(c);
                    }
                }
            }
        }
        return word.append('"').toString();
    }

    /** A path that is all of a value, where nothing is quoted; null if it cannot be written so. */
    static @Nullable String path(String raw) {
        boolean lost = raw.isEmpty() || raw.endsWith(" ") || raw.endsWith("\\") || !isLine(raw);
        return lost ? null : raw.replace("%", "%%");
    }

    /** Text for display, as all of a value. */
    static String shown(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        String known = isUtf8(raw) ? raw : raw.replaceAll("[^\\x00-\\x7f]", "?");
        known.chars().forEach(c -> text.append(isControl((char) c) ? '?' : (char) c));
        return text.toString().replace("%", "%%").replaceAll("[\\\\ ]+$", "");
    }

    /** Whether {@code Environment=} can set it. */
    static boolean isVariable(String name, String value) {
        return VARIABLE.matcher(name).matches()
                && isUtf8(value)
                && value.chars().allMatch(c -> c == '\n' || c == '\t' || !isControl((char) c));
    }

    /** Whether it may be the program of a command line. */
    static boolean isProgram(String raw) {
        return isLine(raw) && raw.indexOf('"') < 0 && raw.indexOf('\'') < 0 && raw.indexOf('\\') < 0;
    }

    private static boolean isLine(String raw) {
        return isUtf8(raw) && raw.chars().noneMatch(c -> isControl((char) c));
    }

    /** Whether systemd reads it as UTF-8. The 66 code points that Unicode calls noncharacters are none for it. */
    private static boolean isUtf8(String raw) {
        String text = RawText.utf8(RawText.bytes(raw));
        return text != null && text.codePoints().noneMatch(UnitSyntax::isNoncharacter);
    }

    private static boolean isNoncharacter(int point) {
        return (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
    }

    private static boolean isControl(char c) {
        return c < ' ' || c == DELETE;
    }

    /** A time span, see systemd.time(7): not shorter than {@code nanos}. */
    static String time(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            return "infinity";
        }
        long micros = nanos / NANOS_OF_MICRO + (nanos % NANOS_OF_MICRO == 0 ? 0 : 1);
        if (micros % MICROS_OF_SECOND == 0) {
            return micros / MICROS_OF_SECOND + "s";
        }
        return micros % MICROS_OF_MILLI == 0 ? micros / MICROS_OF_MILLI + "ms" : micros + "us";
    }
}
