package dev.leash.support;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A unit of systemd as systemd reads it: lines {@code KEY=VALUE}, and the words of a value by the rules of
 * systemd.syntax(7) and systemd.service(5). All text is ISO 8859-1: one character a byte.
 */
public record UnitText(List<String> lines) {
    public static UnitText of(String text) {
        return new UnitText(text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("["))
                .toList());
    }

    /** All values of a key. */
    public List<String> all(String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }

    /** The only value of a key. */
    public String one(String key) {
        List<String> all = all(key);
        if (all.size() != 1) {
            throw new AssertionError(key + " is there " + all.size() + " times in " + lines);
        }
        return all.getFirst();
    }

    /** The program and its arguments, of the only line of a key: it must begin with {@code :}, for no variables. */
    public List<String> command(String key) {
        String line = one(key);
        int colon = line.indexOf(':');
        if (colon < 0 || colon > 1) {
            throw new AssertionError("systemd would replace variables in " + line);
        }
        return words(line.substring(colon + 1));
    }

    /** The words of a value, with {@code %%} as systemd reads it. */
    public static List<String> words(String value) {
        return split(value).stream().map(UnitText::withoutSpecifiers).toList();
    }

    private static String withoutSpecifiers(String word) {
        if (word.replace("%%", "").contains("%")) {
            throw new AssertionError("a specifier in " + word);
        }
        return word.replace("%%", "%");
    }

    /** The same as the debug log of systemd-analyze shows them: nothing is a specifier, and {@code $} is escaped. */
    public static List<String> split(String value) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < value.length()) {
            if (value.charAt(at) == ' ') {
                at++;
                continue;
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            char quote = 0;
            for (; at < value.length() && (quote != 0 || value.charAt(at) != ' '); at++) {
                char c = value.charAt(at);
                if (c == quote && quote != 0) {
                    quote = 0;
                } else if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (c == '\\') {
                    at = unescaped(value, at + 1, word);
                } else {
                    word.write(c);
                }
            }
            if (quote != 0) {
                throw new AssertionError("no end of the quotation in " + value);
            }
            words.add(word.toString(StandardCharsets.ISO_8859_1));
        }
        return words;
    }

    /** Where the escape ends. */
    private static int unescaped(String value, int at, ByteArrayOutputStream word) {
        char c = value.charAt(at);
        if (c == 'x') {
            word.write(Integer.parseInt(value.substring(at + 1, at + 3), 16));
            return at + 2;
        }
        if (c >= '0' && c <= '7') {
            word.write(Integer.parseInt(value.substring(at, at + 3), 8));
            return at + 2;
        }
        int known = "abfnrtv".indexOf(c);
        if (known < 0 && "\\\"'$`".indexOf(c) < 0) {
            throw new AssertionError("no escape: \\" + c + " in " + value);
        }
        word.write(known < 0 ? c : "\u0007\b\f\n\r\t\u000b".charAt(known));
        return at;
    }
}
