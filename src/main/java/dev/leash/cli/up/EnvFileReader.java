package dev.leash.cli.up;

import dev.leash.cli.io.RawText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of environment variables as foreman does: {@code NAME=VALUE} for each, with {@code export} before it or
 * not, comments after {@code #} at the start of a line, and blank lines. A value in apostrophes is taken as it is; in
 * one in quotation marks {@code \n} is a new line, and a backslash before anything else is removed; any other is the
 * rest of the line.
 */
final class EnvFileReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern EXPORT = Pattern.compile("export[ \t]+(.*)");

    private EnvFileReader() {}

    /** The variables; what is wrong is added to {@code problems}. */
    static Map<String, String> read(byte[] content, Problems problems) {
        Map<String, String> variables = new LinkedHashMap<>();
        int number = 0;
        for (String text : RawText.of(RawText.withoutMark(content)).split("\n", -1)) {
            number++;
            String line = Blanks.strip(text);
            if (!line.isEmpty() && line.charAt(0) != '#') {
                take(number, line, variables, problems);
            }
        }
        return variables;
    }

    private static void take(int number, String line, Map<String, String> variables, Problems problems) {
        var export = EXPORT.matcher(line);
        String assignment = export.matches() ? export.group(1) : line;
        int equals = assignment.indexOf('=');
        if (equals < 0) {
            // Not the line itself: it may be a secret.
            problems.add(number, "", "no '='; a variable is a line such as NAME=value");
            return;
        }
        String name = Blanks.strip(assignment.substring(0, equals));
        if (!NAME.matcher(name).matches()) {
            problems.add(
                    number,
                    RawText.text(name),
                    "is no name of a variable; use letters (A to Z), digits and _, and no digit first");
            return;
        }
        String given = Blanks.strip(assignment.substring(equals + 1));
        if (given.indexOf('\0') >= 0) {
            problems.add(number, name, "a NUL character in the value; no variable can hold one, so remove it");
            return;
        }
        String value = value(given);
        if (value == null) {
            problems.add(
                    number,
                    name,
                    "the value begins with " + given.charAt(0) + " and does not end with it; add it, or put a value"
                            + " that contains it between quotes of the other kind");
            return;
        }
        variables.put(name, value);
    }

    /** Null if a quotation mark lacks its other half. */
    private static @Nullable String value(String given) {
        if (given.isEmpty() || (given.charAt(0) != '\'' && given.charAt(0) != '"')) {
            return given;
        }
        char quote = given.charAt(0);
        String quoted = given;
        if (given.length() < 2 || given.charAt(given.length() - 1) != quote) {
            int end = closing(given, quote);
            String rest = end < 0 ? "" : given.substring(end + 1);
            // Only a comment may follow.
            if (end < 0 || !Blanks.is(rest.charAt(0)) || !Blanks.strip(rest).startsWith("#")) {
                return null;
            }
            quoted = given.substring(0, end + 1);
        }
        String inner = quoted.substring(1, quoted.length() - 1);
        return quote == '\'' ? inner : unescaped(inner);
    }

    private static int closing(String given, char quote) {
        for (int at = 1; at < given.length(); at++) {
            char c = given.charAt(at);
            if (c == quote) {
                return at;
            }
            if (c == '\\' && quote == '"') {
                at++;
            }
        }
        return -1;
    }

    private static String unescaped(String text) {
        StringBuilder value = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                value.append(text.charAt(at) == 'n' ? '\n' : text.charAt(at));
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }
}
