package dev.leash.cli.up;

import dev.leash.cli.io.RawText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a Procfile, as foreman and overmind have it: {@code name: command line} for each service, comments after
 * {@code #} at the start of a line, and blank lines. What those skip without a word is an error here.
 */
final class ProcfileReader {
    private final Problems problems;
    private final List<UpService> services = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    private ProcfileReader(Problems problems) {
        this.problems = problems;
    }

    /** The services; what is wrong is added to {@code problems}. */
    static List<UpService> read(byte[] content, Problems problems) {
        ProcfileReader reader = new ProcfileReader(problems);
        int number = 0;
        for (String line : RawText.of(RawText.withoutMark(content)).split("\n", -1)) {
            number++;
            reader.take(number, Blanks.strip(line));
        }
        if (reader.lines.isEmpty() && problems.isEmpty()) {
            problems.add(1, "", "there is no service; add a line such as 'web: ./server'");
        }
        return reader.services;
    }

    private void take(int number, String line) {
        if (line.isEmpty() || line.charAt(0) == '#') {
            return;
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            problems.add(number, "", "no colon in '" + shown(line) + "'; a service is a line such as 'web: ./server'");
            return;
        }
        String name = Blanks.strip(line.substring(0, colon));
        String command = Blanks.strip(line.substring(colon + 1));
        String wrong = ServiceNames.problem(RawText.text(name));
        if (wrong != null) {
            problems.add(number, shown(name), wrong);
            return;
        }
        Integer before = lines.putIfAbsent(name, number);
        if (before != null) {
            problems.add(number, name, "there is a service of that name in line " + before + "; rename one of them");
        } else if (command.isEmpty()) {
            problems.add(number, name, "no command after the colon; say what to run, as in 'web: ./server'");
        } else if (command.indexOf('\0') >= 0) {
            problems.add(number, name, "a NUL character in the command; no argument can hold one, so remove it");
        } else {
            services.add(UpService.ofLine(name, command));
        }
    }

    private static String shown(String raw) {
        String text = RawText.text(raw);
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }
}
