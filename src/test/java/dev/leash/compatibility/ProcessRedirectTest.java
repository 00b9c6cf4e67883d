package dev.leash.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.LeashProcessBuilder;
import dev.leash.Output;
import dev.leash.support.Patience;
import dev.leash.support.RunsCommands;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the JDK expects of a ProcessBuilder's redirects and pipelines. */
@Timeout(60)
class ProcessRedirectTest extends RunsCommands {
    private static final String BOTH = "read line; echo \"out $line\"; echo \"err $line\" >&2";

    @TempDir
    private Path directory;

    private LeashProcessBuilder builder(String... command) {
        return new LeashProcessBuilder(command).supervisor(supervisor).rules(this::marked);
    }

    private File file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toFile();
    }

    private static String text(File file) throws IOException {
        return Files.readString(file.toPath());
    }

    private static String out(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String err(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void assertNoOutput(Process process) throws IOException {
        assertEquals(0, process.getInputStream().available());
        assertEquals(-1, process.getInputStream().read());
        assertEquals(-1, process.getErrorStream().read());
    }

    @Test
    void redirectsAreKeptAsGivenAndPipesAtFirst() throws Exception {
        LeashProcessBuilder builder = builder();
        assertSame(Redirect.PIPE, builder.redirectInput());
        assertSame(Redirect.PIPE, builder.redirectOutput());
        assertSame(Redirect.PIPE, builder.redirectError());
        builder.inheritIO();
        assertSame(Redirect.INHERIT, builder.redirectInput());
        assertSame(Redirect.INHERIT, builder.redirectOutput());
        assertSame(Redirect.INHERIT, builder.redirectError());
        File file = new File("file");
        assertEquals(Redirect.from(file), builder.redirectInput(file).redirectInput());
        assertEquals(Redirect.to(file), builder.redirectOutput(file).redirectOutput());
        assertEquals(Redirect.to(file), builder.redirectError(file).redirectError());
    }

    @Test
    void redirectsInTheWrongDirectionAreRefused() {
        File file = new File("file");
        assertThrows(IllegalArgumentException.class, () -> builder().redirectInput(Redirect.to(file)));
        assertThrows(IllegalArgumentException.class, () -> builder().redirectInput(Redirect.appendTo(file)));
        assertThrows(IllegalArgumentException.class, () -> builder().redirectInput(Redirect.DISCARD));
        assertThrows(IllegalArgumentException.class, () -> builder().redirectOutput(Redirect.from(file)));
        assertThrows(IllegalArgumentException.class, () -> builder().redirectError(Redirect.from(file)));
        assertThrows(NullPointerException.class, () -> builder().redirectOutput((Redirect) null));
        assertThrows(NullPointerException.class, () -> builder().redirectInput((File) null));
    }

    @Test
    void filesAreReadWrittenAndAppendedTo() throws Exception {
        File in = file("in", "text\n");
        File out = file("out", "what was there before");
        File err = file("err", "before\n");
        LeashProcessBuilder builder =
                builder("sh", "-c", BOTH).redirectInput(in).redirectOutput(out).redirectError(Redirect.appendTo(err));
        Process process = builder.start();
        assertNoOutput(process);
        assertThrows(IOException.class, () -> {
            process.getOutputStream().write(1);
            process.getOutputStream().flush();
        });
        assertEquals(0, process.waitFor());
        assertEquals("out text\n", text(out));
        assertEquals("before\nerr text\n", text(err));
        assertEquals(0, builder.start().waitFor());
        assertEquals("out text\n", text(out));
        assertEquals("before\nerr text\nerr text\n", text(err));
    }

    @Test
    void discardedOutputIsNowhere() throws Exception {
        Process process = builder("sh", "-c", "echo out; echo err >&2; link=$(readlink /proc/$$/fd/1); echo $link >&3")
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .rules(command -> command.output(3, Output.file(directory.resolve("link"))))
                .start();
        assertNoOutput(process);
        assertEquals(0, process.waitFor());
        assertEquals("/dev/null\n", text(directory.resolve("link").toFile()));
    }

    @Test
    void inheritedStreamsAreThoseOfTheJvm() throws Exception {
        Process process = builder(
                        "sh", "-c", "links=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); echo \"$links\" >&3")
                .inheritIO()
                .rules(command -> command.output(3, Output.file(directory.resolve("links"))))
                .start();
        assertNoOutput(process);
        assertEquals(0, process.waitFor());
        for (int fd = 0; fd <= 2; fd++) {
            assertEquals(
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString(),
                    Files.readAllLines(directory.resolve("links")).get(fd));
        }
    }

    @Test
    void errorGoesWhereOutputGoesInOrder() throws Exception {
        String line = "printf out; printf err >&2; printf out; printf err >&2";
        LeashProcessBuilder builder = builder("sh", "-c", line);
        Process apart = builder.start();
        assertEquals("outout", out(apart));
        assertEquals("errerr", err(apart));
        Process merged = builder.redirectErrorStream(true)
                .redirectError(file("unused", "before")) // emptied, as the JDK has it
                .start();
        assertEquals("outerrouterr", out(merged));
        assertEquals("", err(merged));
        assertEquals("", text(directory.resolve("unused").toFile()));
        File file = file("both", "");
        assertEquals(0, builder.redirectOutput(file).start().waitFor());
        assertEquals("outerrouterr", text(file));
    }

    @Test
    void twoStreamsToOneFileDoNotOverwriteEachOther() throws Exception {
        File file = file("both", "");
        builder("sh", "-c", "echo out; echo err >&2; echo out")
                .redirectOutput(file)
                .redirectError(file)
                .start()
                .waitFor();
        assertEquals("out\nerr\nout\n", text(file));
    }

    @Test
    void whatIsWrittenComesBack() throws Exception {
        Process process = builder("sh", "-c", BOTH).start();
        process.getOutputStream().write("x\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        assertEquals("out x\n", out(process));
        assertEquals("err x\n", err(process));
        assertEquals(0, process.waitFor());
    }

    // ---- Pipelines.

    @Test
    void aPipelineIsAProcessForEachBuilder() throws Exception {
        List<Process> processes = LeashProcessBuilder.startPipeline(
                List.of(builder("printf", "b\\na\\nb\\n"), builder("sort"), builder("uniq", "-c")));
        assertEquals(3, processes.size());
        assertEquals(
                List.of("1 a", "2 b"),
                processes.get(2).inputReader().lines().map(String::strip).toList());
        for (Process process : processes) {
            assertEquals(0, process.waitFor());
        }
        assertNoOutput(processes.get(0));
        assertThrows(IOException.class, () -> {
            processes.get(1).getOutputStream().write(1);
            processes.get(1).getOutputStream().flush();
        });
        assertEquals(3, processes.stream().map(Process::pid).distinct().count());
    }

    @Test
    void aPipelineIsFedAtItsBeginningAndReadAtItsEnd() throws Exception {
        List<Process> processes =
                LeashProcessBuilder.startPipeline(List.of(builder("cat"), builder("tr", "a-z", "A-Z")));
        processes.getFirst().outputWriter().write("hello");
        processes.getFirst().outputWriter().close();
        assertEquals("HELLO", out(processes.getLast()));
        assertEquals(0, processes.getLast().waitFor());
        assertEquals(List.of(), LeashProcessBuilder.startPipeline(List.of()));
        assertEquals(
                "alone\n",
                out(LeashProcessBuilder.startPipeline(List.of(builder("echo", "alone")))
                        .get(0)));
    }

    @Test
    void eachProcessOfAPipelineHasItsOwnEndAndErrors() throws Exception {
        List<Process> processes = LeashProcessBuilder.startPipeline(
                List.of(builder("sh", "-c", "echo first >&2; yes"), builder("sh", "-c", "head -n 1; exit 3")));
        assertEquals("y\n", out(processes.get(1)));
        assertEquals(3, processes.get(1).waitFor());
        assertEquals("first\n", err(processes.get(0)));
        assertEquals(141, processes.get(0).waitFor(), "its reader has gone: SIGPIPE");
    }

    @Test
    void destroyOfOneProcessOfAPipelineIsTheEndOfItsOutput() throws Exception {
        List<Process> processes = LeashProcessBuilder.startPipeline(List.of(builder("sleep", "60"), builder("cat")));
        assertFalse(processes.get(1).waitFor(50, TimeUnit.MILLISECONDS));
        processes.get(0).destroy();
        assertEquals(143, processes.get(0).waitFor());
        assertEquals(0, processes.get(1).waitFor());
    }

    @Test
    void aPipelineNeedsPipesBetweenItsProcesses() {
        File file = directory.resolve("file").toFile();
        assertThrows(
                IllegalArgumentException.class,
                () -> LeashProcessBuilder.startPipeline(
                        List.of(builder("sleep", "60"), builder("cat").redirectInput(file))));
        assertThrows(
                IllegalArgumentException.class,
                () -> LeashProcessBuilder.startPipeline(
                        List.of(builder("sleep", "60").redirectOutput(file), builder("cat"))));
        assertEquals(List.of(), alive());
    }

    @Test
    void aPipelineThatCannotBeStartedLeavesNothing() {
        assertThrows(
                IOException.class,
                () -> LeashProcessBuilder.startPipeline(
                        List.of(builder("sleep", "60"), builder("sleep", "60"), builder("no-such-program"))));
        assertEquals(List.of(), alive());
    }

    @Test
    void aPipelineEndsInAFileAndBeginsWithOne() throws Exception {
        File in = file("in", "b\na\n");
        File out = file("out", "");
        List<Process> processes = LeashProcessBuilder.startPipeline(
                List.of(builder("cat").redirectInput(in), builder("sort").redirectOutput(out)));
        assertTrue(processes.getLast().waitFor(Patience.seconds(20).toSeconds(), TimeUnit.SECONDS));
        assertEquals("a\nb\n", text(out));
    }
}
