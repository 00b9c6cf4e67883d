package dev.leash.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.LeashProcessBuilder;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.RunsCommands;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the JDK expects of a ProcessBuilder: commands, environments, directories, and what it says of a failed start. */
@Timeout(60)
class LeashProcessBuilderTest extends RunsCommands {
    private LeashProcessBuilder builder(String... command) {
        return new LeashProcessBuilder(command).supervisor(supervisor).rules(this::marked);
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), err);
        assertEquals("", err);
        return out;
    }

    private String output(LeashProcessBuilder builder) throws IOException, InterruptedException {
        return output(builder.start());
    }

    // ---- The methods.

    @Test
    void everyMethodOfTheJdksIsThere() throws Exception {
        Set<String> missing = new TreeSet<>();
        for (Method method : ProcessBuilder.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isBridge()) {
                Method own = own(method);
                if (own == null || returned(method) != own.getReturnType()) {
                    missing.add(method.toString());
                }
            }
        }
        assertEquals(Set.of(), missing);
        assertEquals(
                2,
                Stream.of(LeashProcessBuilder.class.getConstructors())
                        .filter(constructor -> Stream.of(ProcessBuilder.class.getConstructors())
                                .anyMatch(
                                        its -> Arrays.equals(its.getParameterTypes(), constructor.getParameterTypes())))
                        .count());
    }

    private static Method own(Method method) {
        try {
            return LeashProcessBuilder.class.getMethod(method.getName(), method.getParameterTypes());
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static Class<?> returned(Method method) {
        return method.getReturnType() == ProcessBuilder.class ? LeashProcessBuilder.class : method.getReturnType();
    }

    @Test
    void settersReturnTheBuilder() {
        LeashProcessBuilder builder = new LeashProcessBuilder();
        assertSame(builder, builder.command("a"));
        assertSame(builder, builder.command(List.of("a")));
        assertSame(builder, builder.directory(null));
        assertSame(builder, builder.inheritIO());
        assertSame(builder, builder.redirectErrorStream(true));
        assertTrue(builder.redirectErrorStream());
        assertSame(builder, builder.redirectErrorStream(false));
        assertFalse(builder.redirectErrorStream());
        assertSame(builder, builder.rules(command -> command));
        assertSame(builder, builder.supervisor(supervisor));
    }

    // ---- Commands.

    @Test
    void theListThatIsGivenIsTheListThatIsKept() {
        List<String> command = new ArrayList<>();
        LeashProcessBuilder builder = new LeashProcessBuilder(command);
        assertSame(command, builder.command());
        List<String> other = new ArrayList<>(List.of("foo", "bar"));
        assertSame(other, builder.command(other).command());
        builder.command("foo", "bar");
        assertNotSame(other, builder.command());
        assertEquals(other, builder.command());
        other.add("baz");
        assertEquals("baz", builder.command(other).command().get(2));
        new LeashProcessBuilder("1", "2").command().add("3");
        new LeashProcessBuilder().command().add("1");
    }

    @Test
    void badCommandsAreRefused() {
        assertThrows(NullPointerException.class, () -> new LeashProcessBuilder((List<String>) null));
        assertThrows(NullPointerException.class, () -> new LeashProcessBuilder((String[]) null));
        assertThrows(NullPointerException.class, () -> builder().command((List<String>) null));
        assertThrows(IndexOutOfBoundsException.class, () -> builder().start());
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> builder().command(List.of()).start());
        assertThrows(
                NullPointerException.class, () -> builder("foo", null, "bar").start());
        assertThrows(NullPointerException.class, () -> builder((String) null).start());
        assertThrows(IOException.class, () -> builder("ec\0ho").start());
        assertThrows(IOException.class, () -> builder("echo", "a\0b").start());
    }

    @Test
    void eachStartIsANewProcessByTheSettingsOfThatMoment() throws Exception {
        LeashProcessBuilder builder = builder("sh", "-c", "echo $0 $VALUE", "one");
        builder.environment().put("VALUE", "1");
        Process first = builder.start();
        builder.environment().put("VALUE", "2");
        builder.command().set(3, "two");
        Process second = builder.start();
        assertEquals("one 1\n", output(first));
        assertEquals("two 2\n", output(second));
        assertFalse(first.pid() == second.pid());
    }

    @Test
    void rulesGoBeyondTheJdk() throws Exception {
        Process process = builder("sleep", "60")
                .rules(command -> command.timeout(millis(50)))
                .rules(command -> command.stopPlan(
                        StopPlan.signal(Signal.INT).then(millis(10_000)).kill()))
                .start();
        assertEquals(130, process.waitFor());
    }

    // ---- Failed starts.

    @Test
    void aFailedStartSaysWhatTheJdkSaysAndHasItsCause() {
        IOException e = assertThrows(
                IOException.class, () -> builder("no-such-program", "x").start());
        assertTrue(
                e.getMessage().startsWith("Cannot run program \"no-such-program\": error=2, No such file or directory"),
                e.getMessage());
        assertTrue(e.getMessage().endsWith("(ENOENT)"), e.getMessage());
        assertTrue(e.getMessage().contains("the JVM's PATH"), e.getMessage());
        assertEquals(
                SpawnException.Kind.NOT_FOUND,
                assertInstanceOf(SpawnException.class, e.getCause()).kind());

        IOException jdk = assertThrows(IOException.class, () -> new ProcessBuilder("no-such-program", "x").start());
        String common = "Cannot run program \"no-such-program\": ";
        assertTrue(jdk.getMessage().startsWith(common), "the words are the JDK's: " + jdk.getMessage());
    }

    @Test
    void aMissingDirectoryIsNamed(@TempDir Path directory) {
        File missing = directory.resolve("UnLiKeLY").toFile();
        IOException e = assertThrows(
                IOException.class, () -> builder("echo").directory(missing).start());
        assertTrue(
                e.getMessage()
                        .startsWith("Cannot run program \"echo\" (in directory \"" + missing + "\"): error=2, No such"),
                e.getMessage());
        assertEquals(
                SpawnException.Kind.DIRECTORY,
                assertInstanceOf(SpawnException.class, e.getCause()).kind());
    }

    @Test
    void otherFailuresAreIOExceptionsWithACause(@TempDir Path directory) throws Exception {
        for (String name : List.of("", "\u00f0", "\u01f0")) {
            IOException e = assertThrows(IOException.class, () -> builder(name).start());
            assertTrue(e.getMessage().contains("\"" + name + "\": error=2, "), e.getMessage());
        }
        Path plain = Files.createFile(directory.resolve("plain"));
        IOException denied =
                assertThrows(IOException.class, () -> builder(plain.toString()).start());
        assertTrue(denied.getMessage().contains("error=13, Permission denied"), denied.getMessage());
        File nowhere = directory.resolve("no/file").toFile();
        for (LeashProcessBuilder bad : List.of(
                builder("cat").redirectInput(nowhere),
                builder("cat").redirectOutput(nowhere),
                builder("cat").redirectError(Redirect.appendTo(nowhere)))) {
            IOException e = assertThrows(IOException.class, bad::start);
            assertEquals(
                    SpawnException.Kind.REDIRECT,
                    assertInstanceOf(SpawnException.class, e.getCause()).kind());
        }
        assertThrows(
                IOException.class,
                () -> builder("cat").directory(new File("a\0b")).start());
    }

    @Test
    void aClosedSupervisorIsAnIOExceptionToo() throws Exception {
        Supervisor closed = Supervisor.create();
        closed.close();
        IOException e = assertThrows(
                IOException.class,
                () -> new LeashProcessBuilder("true").supervisor(closed).start());
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
    }

    // ---- Where programs are found.

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    @Test
    void programsAreLookedUpInTheJvmsPathAndNotInTheChilds(@TempDir Path directory) throws Exception {
        program(directory.resolve("unliKely"), "#!/bin/sh\nexit 0\n");
        program(directory.resolve("echo"), "#!/bin/sh\necho the wrong one\n");
        LeashProcessBuilder unlikely = builder("unliKely");
        unlikely.environment().put("PATH", directory.toString());
        assertThrows(IOException.class, unlikely::start);
        LeashProcessBuilder echo = builder("echo", "the right one");
        echo.environment().put("PATH", directory.toString());
        assertEquals("the right one\n", output(echo));
        echo.environment().clear();
        assertEquals("the right one\n", output(echo));
    }

    @Test
    void aScriptThatDoesNotSayForWhomIsForTheShell(@TempDir Path directory) throws Exception {
        Path script = directory.resolve("prog");
        program(script, "echo \"$0 $@\"\n");
        assertEquals(script + " hello world\n", output(builder(script.toString(), "hello", "world")));
        assertEquals("./prog x\n", output(builder("./prog", "x").directory(directory.toFile())));
    }

    @Test
    void aRelativeProgramCountsFromTheChildsDirectory(@TempDir Path directory) throws Exception {
        program(directory.resolve("prog"), "#!/bin/sh\npwd -P\n");
        assertEquals(directory.toRealPath() + "\n", output(builder("./prog").directory(directory.toFile())));
    }

    @Test
    void theDirectoryIsKeptAsGiven() throws Exception {
        LeashProcessBuilder builder = builder("pwd", "-P");
        assertNull(builder.directory());
        File root = new File("/");
        assertSame(root, builder.directory(root).directory());
        assertEquals("/\n", output(builder));
        assertNull(builder.directory(null).directory());
        assertEquals(new File("").getCanonicalPath() + "\n", output(builder));
        assertEquals(new File("..").getCanonicalPath() + "\n", output(builder.directory(new File(".."))));
    }

    // ---- The environment.

    @Test
    void theEnvironmentMapHasTheJdksRules() {
        Map<String, String> map = builder().environment();
        assertEquals(System.getenv(), map);
        assertThrows(IllegalArgumentException.class, () -> map.put("FOO=", "BAR"));
        assertThrows(IllegalArgumentException.class, () -> map.put("FOO\0", "BAR"));
        assertThrows(IllegalArgumentException.class, () -> map.put("FOO", "BAR\0"));
        assertThrows(NullPointerException.class, () -> map.put("foo", null));
        assertThrows(NullPointerException.class, () -> map.put(null, "foo"));
        assertThrows(NullPointerException.class, () -> map.get(null));
        map.clear();
        assertEquals(0, map.size());
        assertEquals(System.getenv(), new LeashProcessBuilder().environment(), "each builder has its own");
        LeashProcessBuilder one = builder();
        assertSame(one.environment(), one.environment());
    }

    private Set<String> variables(LeashProcessBuilder builder) throws Exception {
        Set<String> variables = new HashSet<>(List.of(output(builder).split("\0")));
        variables.removeIf(entry -> entry.isEmpty() || entry.startsWith("LEASH_TEST_MARKER="));
        return variables;
    }

    @Test
    void variablesAreSetChangedAndRemoved() throws Exception {
        LeashProcessBuilder builder = builder("/usr/bin/env", "-0");
        Set<String> expected = variables(builder);
        Map<String, String> map = builder.environment();
        assertEquals(expected, variables(builder), "untouched");
        map.put("QwErTyUiOp", "AsDfGhJk");
        expected.add("QwErTyUiOp=AsDfGhJk");
        map.put("EMPTY", "");
        expected.add("EMPTY=");
        map.put("TEXT", "\u00f1\u22f1");
        expected.add("TEXT=\u00f1\u22f1");
        String path = map.remove("PATH");
        expected.remove("PATH=" + path);
        assertEquals(expected, variables(builder));
        map.put("EMPTY", "a=b");
        expected.remove("EMPTY=");
        expected.add("EMPTY=a=b");
        map.keySet().remove("TEXT");
        expected.remove("TEXT=\u00f1\u22f1");
        assertEquals(expected, variables(builder));
        map.clear();
        assertEquals(Set.of(), variables(builder));
        map.put("ONLY", "one");
        assertEquals(Set.of("ONLY=one"), variables(builder));
        map.put("", "no name");
        assertEquals(Set.of("ONLY=one", "=no name"), variables(builder));
    }

    @Test
    void aValueChangedAndChangedBackIsAsItWas() throws Exception {
        LeashProcessBuilder builder = builder("/usr/bin/env", "-0");
        Set<String> before = variables(builder);
        Map<String, String> copy = new HashMap<>(builder.environment());
        builder.environment().clear();
        builder.environment().putAll(copy);
        assertEquals(before, variables(builder));
    }
}
