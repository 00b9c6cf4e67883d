package dev.leash.cli.options;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses a command line as getopt_long(3) of glibc does, with the same messages: short options may be clustered,
 * values joined or separate, and long names shortened as long as they are unique. It stops at the first operand.
 */
public final class GetoptLong {
    /** No further option. */
    public static final char END = 0;

    /**
     * An option.
     *
     * @param letter what {@link #next} returns for it; also its short name if it is a letter
     */
    public record Option(String name, char letter, boolean takesValue) {}

    private final List<Option> options;
    private final List<String> arguments;
    private int index;
    /** The rest of a cluster such as {@code -fv}. */
    private String cluster = "";

    private @Nullable String value;

    public GetoptLong(List<Option> options, List<String> arguments) {
        this.options = options;
        this.arguments = arguments;
    }

    /** The letter of the next option, or {@link #END}. */
    public char next() throws UsageException {
        value = null;
        if (!cluster.isEmpty()) {
            return nextOfCluster();
        }
        if (index == arguments.size()) {
            return END;
        }
        String argument = arguments.get(index);
        if (argument.length() < 2 || argument.charAt(0) != '-') {
            return END;
        }
        index++;
        if (argument.equals("--")) {
            return END;
        }
        if (argument.startsWith("--")) {
            return longOption(argument);
        }
        cluster = argument.substring(1);
        return nextOfCluster();
    }

    /** The value of the option that {@link #next} has just returned. */
    public String value() {
        return value == null ? "" : value;
    }

    /** The arguments after the options, once {@link #next} has returned {@link #END}. */
    public List<String> operands() {
        return arguments.subList(index, arguments.size());
    }

    private char nextOfCluster() throws UsageException {
        char letter = cluster.charAt(0);
        cluster = cluster.substring(1);
        for (Option option : options) {
            if (option.letter() == letter) {
                if (option.takesValue()) {
                    takeValueOfLetter(letter);
                }
                return letter;
            }
        }
        throw new UsageException("invalid option -- '" + letter + "'");
    }

    private void takeValueOfLetter(char letter) throws UsageException {
        if (!cluster.isEmpty()) {
            value = cluster;
            cluster = "";
        } else if (index < arguments.size()) {
            value = arguments.get(index++);
        } else {
            throw new UsageException("option requires an argument -- '" + letter + "'");
        }
    }

    private char longOption(String argument) throws UsageException {
        int equals = argument.indexOf('=');
        Option option = find(equals < 0 ? argument.substring(2) : argument.substring(2, equals), argument);
        if (option.takesValue()) {
            if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (index < arguments.size()) {
                value = arguments.get(index++);
            } else {
                throw new UsageException("option '--" + option.name() + "' requires an argument");
            }
        } else if (equals >= 0) {
            throw new UsageException("option '--" + option.name() + "' doesn't allow an argument");
        }
        return option.letter();
    }

    private Option find(String name, String argument) throws UsageException {
        List<Option> candidates = new ArrayList<>();
        for (Option option : options) {
            if (option.name().equals(name)) {
                return option;
            }
            if (option.name().startsWith(name)) {
                candidates.add(option);
            }
        }
        if (candidates.isEmpty()) {
            throw new UsageException("unrecognized option '" + argument + "'");
        }
        if (candidates.size() > 1) {
            StringBuilder message = new StringBuilder("option '" + argument + "' is ambiguous; possibilities:");
            for (Option candidate : candidates) {
                message.append(" '--").append(candidate.name()).append('\'');
            }
            throw new UsageException(message.toString());
        }
        return candidates.getFirst();
    }
}
