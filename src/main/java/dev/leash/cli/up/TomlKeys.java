package dev.leash.cli.up;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.Similar;
import dev.leash.cli.options.SizeText;
import dev.leash.cli.options.UsageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * The keys of one table of a TOML file. Each method that gets a value returns null if the key is not there, or if the
 * value is wrong, which has then been told. What no method has asked for by the end is an unknown key.
 */
final class TomlKeys {
    private final TomlTable table;
    private final String path;
    private final int line;
    private final Problems problems;
    private final Set<String> known = new TreeSet<>();

    /**
     * A table.
     *
     * @param path the name of the table, for messages; empty for the file itself
     * @param line where it begins
     */
    TomlKeys(TomlTable table, String path, int line, Problems problems) {
        this.table = table;
        this.path = path;
        this.line = line;
        this.problems = problems;
    }

    /** All of them, with their values. */
    Map<String, Object> entries() {
        return table.toMap();
    }

    boolean has(String key) {
        known.add(key);
        return table.contains(List.of(key));
    }

    @Nullable
    Object value(String key) {
        known.add(key);
        return table.get(List.of(key));
    }

    /** Where a key is; where the table begins if it is not there. */
    int lineOf(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? line : position.line();
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    void wrong(String key, String what) {
        problems.add(lineOf(key), path(key), what);
    }

    /** About the table itself. */
    void wrong(String what) {
        problems.add(line, path, what);
    }

    /** All keys that no method has asked for are wrong. */
    void refuseOthers() {
        for (String key : table.keySet()) {
            if (!known.contains(key) && problems.isSure(lineOf(key))) {
                String hint = Similar.hint(key, known);
                wrong(
                        key,
                        "there is no such key" + (hint.isEmpty() ? "; there are " + String.join(", ", known) : hint));
            }
        }
    }

    /** Text as it is in the file. */
    @Nullable
    String text(String key) {
        Object value = value(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        wrong(key, "needs a string, in quotes, not " + kind(value));
        return null;
    }

    /** Text for the operating system, {@link RawText}, not empty. */
    @Nullable
    String raw(String key) {
        String text = text(key);
        return text == null ? null : raw(key, lineOf(key), text);
    }

    private @Nullable String raw(String key, int at, String text) {
        String wrong = text.isBlank()
                ? "is empty; leave it out or say what it is"
                : text.indexOf('\0') >= 0 ? "contains a NUL character, which nothing of the system can hold" : null;
        if (wrong != null) {
            problems.add(at, path(key), wrong);
            return null;
        }
        return RawText.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One of some words. */
    @Nullable
    String word(String key, List<String> words) {
        String text = text(key);
        if (text == null || words.contains(text)) {
            return text;
        }
        wrong(key, "can be " + orOf(words) + ", not '" + text + "'" + Similar.hint(text, words));
        return null;
    }

    /** The name of the enum constant for a word. */
    static String constant(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String orOf(List<String> words) {
        String all = "'" + String.join("', '", words.subList(0, words.size() - 1)) + "'";
        return all + " or '" + words.getLast() + "'";
    }

    @Nullable
    Boolean flag(String key) {
        Object value = value(key);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        wrong(key, "needs true or false, without quotes, not " + kind(value));
        return null;
    }

    @Nullable
    Long integer(String key, long least, long most) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        return integer(key, lineOf(key), value, least, most);
    }

    private @Nullable Long integer(String key, int at, Object value, long least, long most) {
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        problems.add(
                at,
                path(key),
                "needs a whole number from " + least + " to " + most + ", not "
                        + (value instanceof Long ? value.toString() : kind(value)));
        return null;
    }

    @Nullable
    Double number(String key, double least, double most) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        double number = value instanceof Long || value instanceof Double ? ((Number) value).doubleValue() : Double.NaN;
        if (number >= least && number <= most) {
            return number;
        }
        wrong(
                key,
                "needs a number from " + plain(least) + " to " + plain(most) + ", not "
                        + (value instanceof Number ? value.toString() : kind(value)));
        return null;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** Nanoseconds, more than 0. */
    @Nullable
    Long duration(String key) {
        Object value = value(key);
        if (value instanceof String || value instanceof Long || value instanceof Double) {
            try {
                return DurationText.nanos("", value.toString());
            } catch (UsageException e) {
                wrong(key, said(e));
                return null;
            }
        }
        if (value != null) {
            wrong(key, "needs a duration such as '90s', '1.5h' or '500ms', not " + kind(value));
        }
        return null;
    }

    /** Nanoseconds; none at all is a duration, too. */
    @Nullable
    Long delay(String key) {
        String text = String.valueOf(value(key));
        return text.matches("[0.]*0[0.]*(ns|us|ms|s|m|min|h|d)?") ? Long.valueOf(0) : duration(key);
    }

    /** Bytes, more than 0. */
    @Nullable
    Long size(String key) {
        Object value = value(key);
        if (value instanceof String || value instanceof Long) {
            try {
                long bytes = SizeText.bytes("", value.toString(), Long.MAX_VALUE);
                if (bytes > 0) {
                    return bytes;
                }
                wrong(key, "must be more than zero; leave it out for no limit");
            } catch (UsageException e) {
                wrong(key, said(e));
            }
        } else if (value != null) {
            wrong(key, "needs a size such as '64k', '16M' or '1GiB', not " + kind(value));
        }
        return null;
    }

    /** What {@code e} says after the name of the option. */
    static String said(UsageException e) {
        return String.valueOf(e.getMessage()).strip();
    }

    /** An element of a list, with where it is. */
    record Element(Object value, int line) {}

    /** The elements of an array, or the one value that stands for an array of it; null if the key is not there. */
    @Nullable
    List<Element> elements(String key) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        List<Element> elements = new ArrayList<>();
        if (value instanceof TomlArray array) {
            for (int index = 0; index < array.size(); index++) {
                TomlPosition position = array.inputPositionOf(index);
                elements.add(new Element(array.get(index), position == null ? lineOf(key) : position.line()));
            }
        } else {
            elements.add(new Element(value, lineOf(key)));
        }
        return elements;
    }

    /** Strings as they are in the file; those that are wrong have been told. Empty if the key is not there. */
    List<String> texts(String key) {
        List<Element> elements = elements(key);
        List<String> texts = new ArrayList<>();
        for (Element element : elements == null ? List.<Element>of() : elements) {
            if (element.value() instanceof String text) {
                texts.add(text);
            } else {
                problems.add(element.line(), path(key), "needs strings, in quotes, not " + kind(element.value()));
            }
        }
        return texts;
    }

    @Nullable
    List<Long> integers(String key, long least, long most) {
        List<Element> elements = elements(key);
        if (elements == null) {
            return null;
        }
        List<Long> integers = new ArrayList<>();
        for (Element element : elements) {
            Long integer = integer(key, element.line(), element.value(), least, most);
            if (integer != null) {
                integers.add(integer);
            }
        }
        return integers;
    }

    /** A line for the shell, or a program with its arguments. */
    @Nullable
    List<String> command(String key) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        if (value instanceof String line) {
            String raw = raw(key, lineOf(key), line);
            return raw == null ? null : UpService.shell(raw);
        }
        if (!(value instanceof TomlArray array)) {
            wrong(key, "needs a line for the shell, or an array of a program and its arguments, not " + kind(value));
            return null;
        }
        if (array.isEmpty()) {
            wrong(key, "is empty; the first element is the program to run");
            return null;
        }
        List<String> arguments = new ArrayList<>();
        List<String> texts = texts(key);
        for (String text : texts) {
            String raw = arguments.isEmpty() || text.indexOf('\0') >= 0
                    ? raw(key, lineOf(key), text)
                    : RawText.of(text.getBytes(StandardCharsets.UTF_8));
            if (raw == null) {
                return null;
            }
            arguments.add(raw);
        }
        return texts.size() == array.size() ? arguments : null;
    }

    @Nullable
    TomlKeys table(String key) {
        Object value = value(key);
        if (value instanceof TomlTable inner) {
            return new TomlKeys(inner, path(key), lineOf(key), problems);
        }
        if (value != null) {
            wrong(key, "needs a table, such as [" + path(key) + "] or { … }, not " + kind(value));
        }
        return null;
    }

    static String kind(Object value) {
        return switch (value) {
            case String text -> "the string '" + text + "'";
            case Long number -> "the number " + number;
            case Double number -> "the number " + number;
            case Boolean flag -> flag.toString();
            case TomlArray array -> "an array";
            case TomlTable table -> "a table";
            default -> "a date or time";
        };
    }
}
