package dev.leash.bench;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name and the values that are tried for it. Immutable.
 *
 * @param name without braces; at least one character, none of them a brace
 * @param values at least one, in the order in which they are tried
 */
public record Parameter(String name, List<String> values) {
    /** More than anybody waits for. A step that was mistyped shall not fill the heap. */
    private static final int MOST_VALUES = 100_000;

    private static final Pattern PLACE = Pattern.compile("\\{([^{}]+)}");

    /**
     * Checks that it has a name and values.
     *
     * @throws IllegalArgumentException if the name is empty or has a brace, or if there are no values
     */
    public Parameter {
        if (name.isEmpty() || name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
            throw new IllegalArgumentException("a parameter needs a name without braces, not '" + name + "'");
        }
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("the parameter '" + name + "' has no values");
        }
    }

    /** These values. */
    public static Parameter of(String name, String... values) {
        return new Parameter(name, List.of(values));
    }

    /**
     * The numbers from {@code first} up to {@code last}, each by {@code step} more than the one before. Decimal, so
     * that 0.1, 0.2, 0.3 are just these.
     *
     * @throws IllegalArgumentException if the step is not more than 0, {@code last} is less than {@code first}, or
     *     there are more than 100,000 numbers
     */
    public static Parameter range(String name, BigDecimal first, BigDecimal last, BigDecimal step) {
        if (step.signum() <= 0) {
            throw new IllegalArgumentException("the step of '" + name + "' must be more than 0, not " + step);
        }
        if (last.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the range of '" + name + "' ends before it begins: " + first + ".." + last);
        }
        if (last.subtract(first).compareTo(step.multiply(BigDecimal.valueOf(MOST_VALUES))) >= 0) {
            throw new IllegalArgumentException("the range of '" + name + "' has more than " + MOST_VALUES + " values");
        }
        List<String> values = new ArrayList<>();
        for (BigDecimal value = first; value.compareTo(last) <= 0; value = value.add(step)) {
            values.add(value.stripTrailingZeros().toPlainString());
        }
        return new Parameter(name, values);
    }

    /**
     * All combinations of the values of {@code parameters}; the last one changes fastest. One empty combination if
     * there are no parameters.
     *
     * @throws IllegalArgumentException if two have the same name, or if there are more than 100,000 combinations
     */
    public static List<Map<String, String>> combinations(List<Parameter> parameters) {
        Set<String> names = new HashSet<>();
        List<Map<String, String>> all = List.of(Map.of());
        for (Parameter parameter : parameters) {
            if (!names.add(parameter.name)) {
                throw new IllegalArgumentException("the parameter '" + parameter.name + "' is given twice");
            }
            if ((long) all.size() * parameter.values.size() > MOST_VALUES) {
                throw new IllegalArgumentException("the parameters have more than " + MOST_VALUES + " combinations");
            }
            List<Map<String, String>> longer = new ArrayList<>(all.size() * parameter.values.size());
            for (Map<String, String> some : all) {
                for (String value : parameter.values) {
                    Map<String, String> combination = new LinkedHashMap<>(some);
                    combination.put(parameter.name, value);
                    longer.add(combination);
                }
            }
            all = longer;
        }
        return all;
    }

    /**
     * {@code text} with the value of a parameter in place of each {@code {name}}. Values are not looked through again, and
     * braces around any other name stay.
     */
    public static String fill(String text, Map<String, String> values) {
        return PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(
                        Objects.requireNonNull(values.getOrDefault(place.group(1), place.group()))));
    }
}
