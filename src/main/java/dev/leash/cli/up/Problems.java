package dev.leash.cli.up;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong in a file, all of it, so that it is told at once. */
final class Problems {
    private record Problem(String file, int line, String text) {}

    private final String file;
    private final List<Problem> problems;
    private int lastSure = Integer.MAX_VALUE;

    /** @param file its name, for display */
    Problems(String file) {
        this(file, new ArrayList<>());
    }

    private Problems(String file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** What is wrong in another file that this one names is told with it. */
    Problems in(String other) {
        return new Problems(other, problems);
    }

    /**
     * Adds one.
     *
     * @param key what it is about; empty if it is about the line
     * @param what is wrong, and what to do
     */
    void add(int line, String key, String what) {
        problems.add(new Problem(file, line, key.isEmpty() ? what : key + ": " + what));
    }

    /** The head of a table cannot be read: the keys after it may have got into another one. */
    void unsureAfter(int line) {
        lastSure = Math.min(lastSure, line);
    }

    /** Whether a key in that line is known to be in the table where it was found. */
    boolean isSure(int line) {
        return line <= lastSure;
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Of this file in the order of its lines, then those of others. Each is one line. */
    List<String> lines() {
        List<Problem> ordered = new ArrayList<>(problems);
        ordered.sort(Comparator.comparing((Problem problem) -> !problem.file.equals(file))
                .thenComparing(Problem::file)
                .thenComparingInt(Problem::line));
        return ordered.stream()
                .map(problem -> oneLine(problem.file + ":" + problem.line + ": " + problem.text))
                .distinct()
                .toList();
    }

    void requireNone() throws BadFileException {
        if (!problems.isEmpty()) {
            throw new BadFileException(lines());
        }
    }

    /** A file may contain anything, and its text is quoted: control characters would change the terminal. */
    private static String oneLine(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                shown.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : String.format("\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }
}
