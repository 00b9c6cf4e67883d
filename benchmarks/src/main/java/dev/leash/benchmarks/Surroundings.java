package dev.leash.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What the numbers were measured on. */
final class Surroundings {
    private static final Pattern LIBRARY = Pattern.compile("/(nuprocess|zt-exec|commons-exec)-([\\d.]+)\\.jar");

    private Surroundings() {}

    static String describe(String command) throws IOException {
        return "`%s`, %s. %s, %d processors, %s GiB; Linux %s; Java %s (%s); %s. Load before: %s."
                .formatted(
                        command.strip(),
                        ZonedDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm z")),
                        valueOf("/proc/cpuinfo", "model name"),
                        Runtime.getRuntime().availableProcessors(),
                        Long.parseLong(valueOf("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / (1 << 20),
                        System.getProperty("os.version").replaceFirst("-.*", ""),
                        System.getProperty("java.vm.version"),
                        System.getProperty("java.vendor"),
                        String.join(", ", others()),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    /** With their versions: the libraries of the class path, and what {@code benchmarks/run} has asked of compilers. */
    private static List<String> others() throws IOException {
        List<String> others = new ArrayList<>(LIBRARY.matcher(System.getProperty("java.class.path"))
                .results()
                .map(found -> found.group(1) + " " + found.group(2))
                .toList());
        Path versions = Path.of("target", "versions");
        if (Files.exists(versions)) {
            others.addAll(Files.readAllLines(versions));
        }
        return others;
    }

    /** Memory that could be used without any swapping. */
    static long availableGibibytes() {
        try {
            return Long.parseLong(valueOf("/proc/meminfo", "MemAvailable").replaceAll("\\D", "")) / (1 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String valueOf(String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.replaceFirst("^[^:]*:\\s*", ""))
                    .findFirst()
                    .orElse("0 unknown");
        }
    }
}
