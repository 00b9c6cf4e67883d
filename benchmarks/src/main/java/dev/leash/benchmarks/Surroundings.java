package dev.leash.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What the numbers were measured on. */
final class Surroundings {
    private Surroundings() {}

    static String describe(String command) throws IOException {
        return "`%s`, %s. %s, %d processors, %s GiB; Linux %s; Java %s (%s). Load before: %s."
                .formatted(
                        command.strip(),
                        ZonedDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm z")),
                        valueOf("/proc/cpuinfo", "model name"),
                        Runtime.getRuntime().availableProcessors(),
                        Long.parseLong(valueOf("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / (1 << 20),
                        System.getProperty("os.version").replaceFirst("-.*", ""),
                        System.getProperty("java.vm.version"),
                        System.getProperty("java.vendor"),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
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
