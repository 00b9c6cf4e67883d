package dev.leash.support;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The virtual threads of this JVM, which {@link Thread#getAllStackTraces} leaves out. */
public final class VirtualThreads {
    /** Of the plain format: {@code #42 "leash-consumer" virtual}. */
    private static final Pattern HEADER = Pattern.compile("^#\\d+ \"([^\"]*)\" virtual", Pattern.MULTILINE);

    private VirtualThreads() {}

    /** The names of those that live and whose names begin with {@code prefix}, each as often as it is there. */
    public static List<String> named(String prefix) {
        return HEADER.matcher(dump())
                .results()
                .map(header -> header.group(1))
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    /** Fails unless every thread of a run comes to its end. */
    public static void assertNoneOfLeash() {
        Eventually.eventually("no virtual thread is left", () -> named("leash").isEmpty());
    }

    private static String dump() {
        try {
            Path directory = Files.createTempDirectory("leash-threads");
            Path file = directory.resolve("dump");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
                return Files.readString(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
