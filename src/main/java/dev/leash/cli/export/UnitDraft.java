package dev.leash.cli.export;

import dev.leash.cli.options.UsageException;
import java.util.ArrayList;
import java.util.List;

/** A unit while it is being written: its sections in their order, each with its lines. */
final class UnitDraft {
    /** How the first line of each file begins, by which leash knows its own. */
    static final String MARK = "# Written by leash export systemd ";

    private final String name;
    private final List<String> head = new ArrayList<>();
    private final List<String> unit = new ArrayList<>();
    private final List<String> service = new ArrayList<>();
    private final List<String> install = new ArrayList<>();

    /** @param file what it is made of, for display */
    UnitDraft(String name, String file) {
        this.name = name;
        head.add(MARK + "from " + UnitSyntax.shown(file).replace("%%", "%"));
    }

    /** A line before all sections. */
    void remark(String text) {
        head.add("# " + text);
    }

    /** A line of {@code [Unit]}. */
    void unit(String key, String value) {
        unit.add(key + "=" + value);
    }

    /** A line of {@code [Service]}. */
    void service(String key, String value) {
        service.add(key + "=" + value);
    }

    /** A comment in {@code [Service]}, before what follows. */
    void serviceRemark(String text) {
        service.add("# " + text);
    }

    /** A line of {@code [Install]}. */
    void install(String key, String value) {
        install.add(key + "=" + value);
    }

    /** @throws UsageException if systemd could not read it */
    Unit done() throws UsageException {
        StringBuilder text = new StringBuilder();
        head.forEach(line -> text.append(line).append('\n'));
        section("Unit", unit, text);
        section("Service", service, text);
        section("Install", install, text);
        for (List<String> lines : List.of(unit, service)) {
            for (String line : lines) {
                if (line.length() >= UnitSyntax.LONGEST_LINE) {
                    throw new UsageException(name + ": the line " + line.substring(0, line.indexOf('=') + 1)
                            + "… would have more than 1 MiB, which systemd does not read; put the text into a file");
                }
            }
        }
        return new Unit(name, text.toString());
    }

    private static void section(String title, List<String> lines, StringBuilder text) {
        if (!lines.isEmpty()) {
            text.append("\n[").append(title).append("]\n");
            lines.forEach(line -> text.append(line).append('\n'));
        }
    }
}
