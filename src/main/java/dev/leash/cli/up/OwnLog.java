package dev.leash.cli.up;

import dev.leash.cli.batch.WholeLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What the library logs, as lines of leash. Without the changes of state of services: {@link UpEvents} tells more of
 * them.
 */
final class OwnLog {
    private static final Pattern STATES = Pattern.compile("service [^ ]+: (failed|backing off)\\b.*", Pattern.DOTALL);

    private OwnLog() {}

    /** Before anything is logged: the JDK's logger looks at all this once. */
    static void into(UpScreen screen) {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%5$s%6$s%n");
        System.setErr(new PrintStream(
                new WholeLines(
                        text -> {
                            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                            text.to(bytes);
                            for (String line : bytes.toString(StandardCharsets.UTF_8)
                                    .lines()
                                    .toList()) {
                                if (!line.isEmpty() && !STATES.matcher(line).matches()) {
                                    screen.say(line);
                                }
                            }
                        },
                        null),
                true,
                StandardCharsets.UTF_8));
    }
}
