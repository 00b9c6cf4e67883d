package dev.leash.forked;

import dev.leash.Supervisor;
import dev.leash.support.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A second JVM that runs a main class of this package, for what cannot be tried in the JVM that runs the tests: limits,
 * signals, the end. It is started by the JDK's own means, so that Leash does not judge itself, and writes to files, so
 * that nobody who holds its output can make the test wait.
 */
public final class Jvm {
    private static final Duration PATIENCE = Patience.seconds(60);

    private final Path directory;
    private final String main;
    private final List<String> arguments;
    private final List<String> options = new ArrayList<>();
    private final List<String> wrapper = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private String classPath = String.join(":", classes(Supervisor.class), classes(Jvm.class));

    private Jvm(Path directory, Class<?> main, List<String> arguments) {
        this.directory = directory;
        this.main = main.getName();
        this.arguments = arguments;
    }

    /**
     * A JVM that is not started yet.
     *
     * @param directory where its output is kept
     */
    public static Jvm of(Path directory, Class<?> main, String... arguments) {
        return new Jvm(directory, main, List.of(arguments));
    }

    /** With all libraries of this JVM: for what needs an optional one. */
    public Jvm withLibraries() {
        classPath = String.join(
                ":", classPath, System.getProperty("java.class.path", ""), System.getProperty("jdk.module.path", ""));
        return this;
    }

    /** Options for the JVM itself. */
    public Jvm options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** A variable of its environment. */
    public Jvm env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** What is to be done in the process before it becomes a JVM, for a shell. Redirections of {@code exec}, too. */
    public Jvm after(String shellCommands) {
        return by("/bin/sh", "-c", shellCommands + "\nexec \"$@\"", "sh");
    }

    /** The program and arguments that come before the command line of the JVM, and execute it. */
    public Jvm by(String... program) {
        wrapper.addAll(List.of(program));
        return this;
    }

    /** Takes the classes from one jar, which stays open, as an application would. */
    public Jvm fromJar() throws IOException {
        Path jar = directory.resolve("classes.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String root : List.of(classPath.split(":", -1))) {
                addAll(out, Path.of(root));
            }
        }
        classPath = jar.toString();
        return this;
    }

    private static void addAll(JarOutputStream out, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("module-info.class")) {
                    out.putNextEntry(new JarEntry(root.relativize(file).toString()));
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
    }

    /** The whole command line. */
    public List<String> command() {
        // Where the tests run in the background, these two may be ignored, which is inherited.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,QUIT"));
        command.addAll(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A small JVM that starts fast, and has the same threads on every machine.
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-ea"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath));
        if (Boolean.getBoolean("leash.unsharedStarts")) {
            command.add("-Dleash.unsharedStarts=true"); // as this JVM, see UnsharedStartTest
        }
        command.add("-Dleash.test.patience=" + Patience.FACTOR);
        command.addAll(options);
        command.add(main);
        command.addAll(arguments);
        return command;
    }

    /** Starts it. */
    public Running start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(directory.resolve("stdout").toFile())
                .redirectError(directory.resolve("stderr").toFile());
        builder.environment().putAll(environment);
        return new Running(builder.start(), directory);
    }

    /** Starts it and waits for its end. */
    public Ended run() throws IOException, InterruptedException {
        try (Running running = start()) {
            return running.await();
        }
    }

    /** A JVM that runs, and is killed when it is closed. */
    public record Running(Process process, Path directory) implements AutoCloseable {
        /** What it has printed. */
        public String out() throws IOException {
            return Files.readString(directory.resolve("stdout"), StandardCharsets.ISO_8859_1);
        }

        /** What it has printed to standard error. */
        public String err() throws IOException {
            return Files.readString(directory.resolve("stderr"), StandardCharsets.ISO_8859_1);
        }

        /** Waits for the end, which has to come. */
        public Ended await() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the JVM does not end. It printed: " + out());
            }
            return new Ended(process.exitValue(), out(), err());
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    /**
     * A JVM that has ended.
     *
     * @param exit 128 and the signal's number if a signal ended it
     */
    public record Ended(int exit, String out, String err) {
        /** Whether its program has come to its end, of which it says "done". */
        public Ended done() {
            if (exit != 0 || !(out.equals("done\n") || out.endsWith("\ndone\n"))) {
                throw new AssertionError("not done: " + this);
            }
            return this;
        }
    }

    /** The folder that the class was loaded from, which for a test in a patched module is not that of the module. */
    private static String classes(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        URL url = type.getResource("/" + name);
        try {
            Path file = Path.of(url.toURI());
            return file.getRoot()
                    .resolve(file.subpath(0, file.getNameCount() - Path.of(name).getNameCount()))
                    .toString();
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
