package dev.leash.cli.control;

import dev.leash.cli.io.TextTable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of {@code leash ps}. */
final class PsTable {
    private static final List<String> TITLES =
            List.of("NAME", "STATE", "PID", "UPTIME", "RESTARTS", "CPU", "MEMORY", "READY SINCE", "");

    /** Those of numbers. */
    private static final List<Integer> TO_THE_RIGHT = List.of(2, 3, 4, 5, 6);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String NONE = "-";

    private final List<List<String>> rows = new ArrayList<>(List.of(TITLES));

    /** One service, as the server tells of it. */
    void add(Map<String, @Nullable Object> service) {
        rows.add(List.of(
                text(service, "name"),
                text(service, "state"),
                service.get("pid") instanceof Long pid ? Long.toString(pid) : NONE,
                service.get("uptime_seconds") instanceof Number time ? duration(time.longValue()) : NONE,
                service.get("restarts") instanceof Long restarts ? Long.toString(restarts) : NONE,
                service.get("cpu_seconds") instanceof Number time
                        ? String.format(Locale.ROOT, "%.2fs", time.doubleValue())
                        : NONE,
                service.get("memory_bytes") instanceof Long bytes ? size(bytes) : NONE,
                service.get("ready_since") instanceof String time
                        ? TIME.format(Instant.parse(time).atZone(ZoneId.systemDefault()))
                        : NONE,
                text(service, "why").replaceAll("\\p{Cntrl}", " ")));
    }

    private static String text(Map<String, @Nullable Object> service, String field) {
        return service.get(field) instanceof String text ? text : "";
    }

    /** The two greatest units. */
    static String duration(long seconds) {
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (days > 0) {
            return days + "d" + hours % 24 + "h";
        }
        if (hours > 0) {
            return hours + "h" + minutes % 60 + "m";
        }
        return minutes > 0 ? minutes + "m" + seconds % 60 + "s" : seconds + "s";
    }

    static String size(long bytes) {
        double rest = bytes;
        String unit = "";
        for (String next : List.of("K", "M", "G", "T")) {
            if (rest < 1024) {
                break;
            }
            rest /= 1024;
            unit = next;
        }
        return unit.isEmpty() ? bytes + "" : String.format(Locale.ROOT, rest < 100 ? "%.1f%s" : "%.0f%s", rest, unit);
    }

    String text() {
        return TextTable.of(rows, TO_THE_RIGHT::contains);
    }
}
