package dev.leash.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/** The source of an example, as it is quoted: blocks in README.md and docs are compared with it, Javadoc takes its regions by itself. */
public record Example(Path file) {
    private static final Path FOLDER = Path.of("src", "test", "java", "dev", "leash", "examples");

    /** The example {@code name}. */
    public static Example of(String name) {
        return new Example(FOLDER.resolve(name + ".java"));
    }

    /** All of it, from its imports on, without the lines that mark the regions. */
    public String whole() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.removeIf(line -> isStart(line) || isEnd(line));
        lines.subList(0, lines.indexOf("package dev.leash.examples;") + 1).clear();
        return String.join("\n", lines).strip() + "\n";
    }

    /** What javadoc makes of a region: the lines between {@code @start} and the next {@code @end}, moved to the left. */
    public String region(String name) throws IOException {
        List<String> region = null;
        for (String line : Files.readAllLines(file)) {
            if (region != null && isEnd(line)) {
                return String.join("\n", region).stripIndent() + "\n";
            }
            if (region != null) {
                region.add(line);
            } else if (isStart(line) && line.endsWith("region=" + name)) {
                region = new ArrayList<>();
            }
        }
        throw new NoSuchElementException(file + " has no region " + name);
    }

    private static boolean isStart(String line) {
        return line.strip().startsWith("// @start ");
    }

    private static boolean isEnd(String line) {
        return line.strip().equals("// @end");
    }
}
