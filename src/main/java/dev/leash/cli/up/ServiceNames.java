package dev.leash.cli.up;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of services: they stand before lines of output and in names of files, and are operands. */
final class ServiceNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
    private static final int LONGEST = 100;

    private ServiceNames() {}

    /** What is wrong with a name; null if nothing is. */
    static @Nullable String problem(String name) {
        if (!NAME.matcher(name).matches()) {
            return "is no name of a service; use letters (A to Z), digits, _ and -, a letter or digit first";
        }
        return name.length() <= LONGEST ? null : "is too long for a name; use at most " + LONGEST + " characters";
    }
}
