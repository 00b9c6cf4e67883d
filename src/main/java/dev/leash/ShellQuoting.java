package dev.leash;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command line for display, which can be pasted into a POSIX shell. */
final class ShellQuoting {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]");

    private ShellQuoting() {}

    static String quote(List<byte[]> arguments) {
        return arguments.stream()
                .map(argument -> quote(new String(argument, StandardCharsets.UTF_8)))
                .collect(Collectors.joining(" "));
    }

    private static String quote(String argument) {
        if (PLAIN.matcher(argument).matches()) {
            return argument;
        }
        return "'" + CONTROL.matcher(argument).replaceAll("?").replace("'", "'\\''") + "'";
    }
}
