package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Supervisor;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The library's jar, in an application outside of this project: in each of the ways to start one, without a warning. */
@Timeout(300)
class PackagedIT {
    private static final String MAIN = """
            package app;

            import dev.leash.Command;
            import dev.leash.Supervisor;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (var supervisor = Supervisor.create()) {
                        var result = supervisor.run(Command.of("echo", "hello"));
                        System.out.print(result.cause() + " " + result.stdout());
                    }
                }
            }
            """;

    /** What has parts that the command never uses. */
    private static final List<String> UNUSED = List.of(
            "dev.leash.micrometer.",
            "me.tongfei.progressbar.TerminalUtils ",
            "org.tomlj.internal.antlr.v4.runtime.Parser ");

    /** A JVM does without the classes of annotations. */
    private static final List<String> NOT_LOADED = List.of("org.jspecify.annotations.");

    private static final String ANSWER = "EXITED hello\n";

    @TempDir
    static Path temp;

    private static Supervisor supervisor;
    private static Path library;
    private static Path classes;

    @BeforeAll
    static void compile() throws Exception {
        supervisor = Supervisor.create();
        Path target = command().getParent();
        try (Stream<Path> jars = Files.list(target)) {
            library = jars.filter(jar -> jar.getFileName().toString().matches("leash-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        Path sources = Files.createDirectories(temp.resolve("sources/app"));
        Files.writeString(sources.resolve("Main.java"), MAIN);
        Files.writeString(sources.resolveSibling("module-info.java"), "module app { requires dev.leash; }");
        classes = temp.resolve("classes");
        quietly(tool(
                "javac",
                "-Xlint:all",
                "-Werror",
                "--release",
                "22",
                "-d",
                classes.toString(),
                "--module-path",
                library.toString(),
                sources.resolve("Main.java").toString(),
                sources.resolveSibling("module-info.java").toString()));
    }

    @AfterAll
    static void close() {
        supervisor.close();
    }

    /** What only the command needs is in target/leash. Who uses the library is not asked for the command's libraries either. */
    @Test
    void itHoldsNothingOfTheCommand() throws Exception {
        try (ZipFile jar = new ZipFile(library.toFile())) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();
            assertTrue(names.contains("dev/leash/Supervisor.class"), names::toString);
            assertEquals(
                    List.of(),
                    names.stream()
                            .filter(name -> name.startsWith("dev/leash/cli"))
                            .toList());
        }
        ModuleDescriptor module =
                ModuleFinder.of(library).find("dev.leash").orElseThrow().descriptor();
        assertEquals(
                Set.of(
                        "java.base",
                        "jdk.jfr",
                        "micrometer.core",
                        "org.apache.commons.statistics.descriptive",
                        "org.apache.commons.statistics.inference",
                        "org.jspecify"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }

    /** Else it fails where nobody has tried it. */
    @Test
    void theCommandHasEveryClassThatItNeeds() throws Exception {
        Path jar = Files.copy(command(), temp.resolve("command.jar"));
        String missing = quietly(tool("jdeps", "--multi-release", "base", "--missing-deps", jar.toString()));
        List<String> needed = missing.lines()
                .filter(line -> line.startsWith(" ") && line.contains(" -> ")) // not the one about the jar
                .map(String::strip)
                .filter(line -> UNUSED.stream().noneMatch(line::startsWith))
                .filter(line -> NOT_LOADED.stream().noneMatch(it -> line.contains("-> " + it)))
                .toList();
        assertEquals(List.of(), needed);
    }

    @Test
    void onTheClassPath() throws Exception {
        assertEquals(
                ANSWER,
                quietly(tool(
                        "java", "--enable-native-access=ALL-UNNAMED", "-cp", classes + ":" + library, "app.Main")));
    }

    @Test
    void onTheModulePath() throws Exception {
        assertEquals(
                ANSWER,
                quietly(tool(
                        "java",
                        "--enable-native-access=dev.leash",
                        "--module-path",
                        classes + ":" + library,
                        "--module",
                        "app/app.Main")));
    }

    @Test
    void asAnExecutableJar() throws Exception {
        Path manifest = temp.resolve("manifest");
        Files.writeString(manifest, """
                Main-Class: app.Main
                Class-Path: %s
                Enable-Native-Access: ALL-UNNAMED
                """.formatted(library.toUri()).replaceAll("(.{60})(?=.)", "$1\n "));
        Path jar = temp.resolve("app.jar");
        quietly(tool(
                "jar",
                "--create",
                "--file",
                jar.toString(),
                "--manifest",
                manifest.toString(),
                "-C",
                classes.toString(),
                "."));
        assertEquals(ANSWER, quietly(tool("java", "-jar", jar.toString())));
    }

    @Test
    void inAnImageOfThreeModules() throws Exception {
        Path image = temp.resolve("image");
        Result linked = supervisor.run(tool(
                "jlink",
                "--module-path",
                classes + ":" + library,
                "--add-modules",
                "app",
                "--add-options=--enable-native-access=dev.leash",
                "--launcher",
                "app=app/app.Main",
                "--output",
                image.toString()));
        boolean possible = !linked.stderr().contains("java.base not found")
                && !linked.stdout().contains("java.base not found");
        Assumptions.assumeTrue(possible, "this JDK has no jmods, and cannot link without");
        assertEquals(new ExitStatus.Exited(0), linked.status(), () -> linked.stdout() + linked.stderr());

        assertEquals(ANSWER, quietly(Command.of(image.resolve("bin/app").toString())));
        assertEquals(Set.of("java.base", "dev.leash", "app"), modules(image));
        commandRunsUnder(image);
    }

    /** The image's module has classes of the same names as the command, which are not the command's. */
    private static void commandRunsUnder(Path image) throws Exception {
        Path jobs = Files.writeString(temp.resolve("jobs"), "{\"argv\":[\"echo\",\"hello\"]}\n");
        assertEquals("hello\n", quietly(leash(image, "run", "--timeout", "1m", "--", "echo", "hello")));
        assertEquals("hello\n", quietly(leash(image, "timeout", "60", "echo", "hello")));
        assertTrue(quietly(leash(image, "run", "--json", "--", "echo", "hello")).contains("\"stdout\":\"hello\\n\""));
        assertTrue(quietly(leash(image, "batch", "--json", jobs.toString())).contains("\"stdout\":\"hello\\n\""));
        assertTrue(quietly(leash(image, "--version")).contains(image.toString()), "it is that Java");
        assertTrue(quietly(leash(image, "doctor")).contains("The strongest containment"));
    }

    private static Path command() {
        return Path.of(System.getProperty("leash.executable", "target/leash")).toAbsolutePath();
    }

    private static Command leash(Path image, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command().toString()));
        line.addAll(List.of(arguments));
        return Command.of(line).env("LEASH_JAVA_HOME", image.toString());
    }

    private static Set<String> modules(Path image) throws Exception {
        return quietly(Command.of(image.resolve("bin/java").toString(), "--list-modules"))
                .lines()
                .map(line -> line.replaceFirst("@.*", ""))
                .collect(Collectors.toSet());
    }

    private static Command tool(String name, String... arguments) {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", name).toString()));
        line.addAll(List.of(arguments));
        return Command.of(line);
    }

    /** What the command says on standard output, when it succeeds and says nothing on standard error. */
    private static String quietly(Command command) throws IOException, InterruptedException {
        Result result = supervisor.run(command.timeout(Duration.ofMinutes(2)));
        assertEquals("", result.stderr());
        assertEquals(new ExitStatus.Exited(0), result.status(), result::stdout);
        return result.stdout();
    }
}
