import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.LogFile;
import dev.leash.Output;
import dev.leash.Probe;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a service costs the JVM that runs it, beside its program: the table in docs/services.md. From the root of the
 * project, when it is built, with a JDK from 22 on:
 *
 * <pre>java -cp target/classes benchmarks/Services.java 1000</pre>
 *
 * Each line is measured in a JVM of its own, with a heap that is resident as a whole: what comes to be resident besides
 * is native memory.
 */
public final class Services {
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms128m",
            "-Xmx128m",
            "-XX:+AlwaysPreTouch",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "benchmarks/Services.java");

    /** What is measured. */
    private enum Kind {
        DISCARDED("its output discarded", Services::silent),
        KEPT("its output kept", service -> service),
        LOGGED("and in a log file", service -> service.log(LogFile.of(directory.resolve(service.name())))),
        ASKED("and a liveness probe", service -> service.liveness(
                Probe.command(Command.of("true")).interval(ofSeconds(1000)))),
        NOTIFYING("or a watchdog", service -> service.watchdog(ofSeconds(1000)));

        final String text;
        final UnaryOperator<Service> settings;

        Kind(String text, UnaryOperator<Service> settings) {
            this.text = text;
            this.settings = settings;
        }
    }

    private static Path directory;

    private Services() {}

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        if (arguments.length == 2) {
            measure(Kind.valueOf(arguments[1]), count);
            return;
        }
        System.out.println("| " + count + " services, each with | threads, in all | descriptors | heap | native memory |");
        System.out.println("|---|---|---|---|---|");
        for (Kind kind : Kind.values()) {
            List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java") + ""));
            line.addAll(OPTIONS);
            line.addAll(List.of("" + count, kind.name()));
            int status = new ProcessBuilder(line).inheritIO().start().waitFor();
            if (status != 0) {
                System.exit(status);
            }
        }
        System.out.println();
        System.out.println("JDK " + Runtime.version() + ", Linux " + System.getProperty("os.version") + ".");
    }

    private static Service silent(Service service) {
        return Service.of(
                service.name(), service.command().stdout(Output.discard()).stderr(Output.discard()));
    }

    private static void measure(Kind kind, int count) throws Exception {
        directory = Files.createTempDirectory("leash-services");
        try (Supervisor supervisor = Supervisor.create()) {
            List<ServiceHandle> handles = new ArrayList<>();
            start(supervisor, kind, 50, handles); // the classes are loaded
            long descriptors = descriptors();
            long heap = heap();
            long resident = resident();
            start(supervisor, kind, count, handles);
            double heapOfEach = kibibytes(heap() - heap) / count;
            double residentOfEach = kibibytes(resident() - resident) / count;
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %.0f each | %.1f KiB each | %.1f KiB each |%n",
                    kind.text,
                    threads(),
                    (double) (descriptors() - descriptors) / count,
                    heapOfEach,
                    residentOfEach);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void start(Supervisor supervisor, Kind kind, int count, List<ServiceHandle> handles)
            throws Exception {
        Command command = Command.of("sleep", "1000").stopPlan(StopPlan.kill());
        for (int i = 0; i < count; i++) {
            String name = "service" + handles.size();
            handles.add(supervisor.supervise(kind.settings.apply(Service.of(name, command))));
        }
        for (ServiceHandle handle : handles) {
            handle.awaitReady(ofSeconds(100));
        }
    }

    private static double kibibytes(long bytes) {
        return bytes / 1024.0;
    }

    private static long count(String folder) throws Exception {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.count();
        }
    }

    /** Those of Leash: the JDK has its own, for the collector, the compiler, and all virtual threads. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("leash"))
                .count();
    }

    private static long descriptors() throws Exception {
        return count("/proc/self/fd");
    }

    private static long heap() throws Exception {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long resident() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IllegalStateException("/proc/self/status has no VmRSS");
    }
}
