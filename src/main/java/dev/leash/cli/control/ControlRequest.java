package dev.leash.cli.control;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command asks of {@code leash up}: one line of JSON.
 *
 * @param command its name
 * @param names of services; all, or none, if there is none
 * @param all whether all are meant
 * @param follow whether to go on with what comes
 * @param rolling whether one after the other
 * @param waits whether to answer when it has come about
 * @param lines how many of the past
 * @param timeoutNanos how long to wait, 0 for as long as it takes
 */
public record ControlRequest(
        String command,
        List<String> names,
        boolean all,
        boolean follow,
        boolean rolling,
        boolean waits,
        int lines,
        long timeoutNanos) {
    /** Changes when an older leash would misunderstand. */
    private static final long VERSION = 1;

    /** Whether it may go on for as long as the services do. */
    boolean isLasting() {
        return follow || command.equals("events") || command.equals("wait");
    }

    byte[] line() throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", VERSION);
        fields.put("command", command);
        fields.put("names", names);
        fields.put("all", all);
        fields.put("follow", follow);
        fields.put("rolling", rolling);
        fields.put("wait", waits);
        fields.put("lines", lines);
        fields.put("timeout_ns", timeoutNanos);
        return ControlJson.line(fields);
    }

    /** @throws IOException if it is none, or one of another version of leash */
    static ControlRequest of(byte[] line) throws IOException {
        Map<String, @Nullable Object> fields = ControlJson.parse(line);
        if (!(fields.get("version") instanceof Long version) || version != VERSION) {
            throw new IOException("it is not of this version of leash, which is " + VERSION);
        }
        if (!(fields.get("command") instanceof String command)) {
            throw new IOException("it has no command");
        }
        List<String> names = fields.get("names") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
        return new ControlRequest(
                command,
                names,
                isTrue(fields, "all"),
                isTrue(fields, "follow"),
                isTrue(fields, "rolling"),
                isTrue(fields, "wait"),
                Math.clamp(number(fields, "lines"), 0, Integer.MAX_VALUE),
                Math.max(0, number(fields, "timeout_ns")));
    }

    private static boolean isTrue(Map<String, @Nullable Object> fields, String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    private static long number(Map<String, @Nullable Object> fields, String name) {
        return fields.get(name) instanceof Long number ? number : 0;
    }
}
