package dev.leash.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.LeashProcessBuilder;
import dev.leash.support.Patience;
import dev.leash.support.RunsCommands;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same done to a process of the JDK's and to one of Leash's: what can be seen of it has to be the same. What is different
 * on purpose, {@link LeashProcessBuilder} lists.
 */
@Timeout(60)
class TwinProcessTest extends RunsCommands {
    @TempDir
    private Path directory;

    private interface Start {
        Process start() throws IOException;
    }

    /** What both builders have, which no type of the JDK's names: its own is final. */
    private record Builder(
            Start starter,
            Consumer<Redirect> inputs,
            Consumer<Redirect> outputs,
            Consumer<Redirect> errors,
            Consumer<Boolean> merging) {
        static Builder of(ProcessBuilder jdk) {
            return new Builder(
                    jdk::start, jdk::redirectInput, jdk::redirectOutput, jdk::redirectError, jdk::redirectErrorStream);
        }

        static Builder of(LeashProcessBuilder ours) {
            return new Builder(
                    ours::start,
                    ours::redirectInput,
                    ours::redirectOutput,
                    ours::redirectError,
                    ours::redirectErrorStream);
        }

        Process start() throws IOException {
            return starter.start();
        }

        void input(Redirect redirect) {
            inputs.accept(redirect);
        }

        void output(Redirect redirect) {
            outputs.accept(redirect);
        }

        void error(Redirect redirect) {
            errors.accept(redirect);
        }

        void merge() {
            merging.accept(true);
        }
    }

    private interface Scene {
        void play(Builder builder, Diary diary) throws Exception;
    }

    /** What is seen, step by step. */
    private static final class Diary {
        private final List<String> seen = new ArrayList<>();

        void write(String step, Step what) {
            String result;
            try {
                result = String.valueOf(what.take());
            } catch (Exception e) {
                String message = String.valueOf(e.getMessage());
                // The words may differ, and an IOException may be one of a kind.
                result = message.startsWith("Cannot run program")
                        ? "cannot run"
                        : e instanceof IOException
                                ? "IOException"
                                : e.getClass().getSimpleName();
            }
            seen.add(step + ": " + result);
        }
    }

    private interface Step {
        Object take() throws Exception;
    }

    private interface Effect {
        void have() throws Exception;
    }

    private static Step done(Effect effect) {
        return () -> {
            effect.have();
            return "done";
        };
    }

    private List<String> assertTwins(Scene scene, String... command) throws Exception {
        List<String> jdk = play(scene, Builder.of(new ProcessBuilder(command)));
        List<String> ours = play(
                scene,
                Builder.of(
                        new LeashProcessBuilder(command).supervisor(supervisor).rules(this::marked)));
        assertEquals(String.join("\n", jdk), String.join("\n", ours));
        return jdk;
    }

    private static List<String> play(Scene scene, Builder builder) throws Exception {
        Diary diary = new Diary();
        scene.play(builder, diary);
        return diary.seen;
    }

    private static void end(Process process) throws Exception {
        process.destroyForcibly();
        assertTrue(process.waitFor(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS));
        process.onExit().join();
    }

    private static void abuse(Diary diary, OutputStream stream) {
        diary.write("write a byte", done(() -> stream.write(1)));
        diary.write("write none", done(() -> stream.write(new byte[0])));
        diary.write("write some", done(() -> stream.write(new byte[10], 2, 3)));
        diary.write("flush", done(stream::flush));
        diary.write("close", done(stream::close));
        diary.write("close again", done(stream::close));
        diary.write("write after it", done(() -> stream.write(1)));
        diary.write("flush after it", done(stream::flush));
        diary.write("write much after it", done(() -> stream.write(new byte[100_000])));
        diary.write("close once more", done(stream::close));
    }

    private static void abuse(Diary diary, InputStream stream) {
        diary.write("available", stream::available);
        diary.write("read", stream::read);
        diary.write("read none", () -> stream.read(new byte[0]));
        diary.write("read some", () -> stream.read(new byte[10], 2, 3));
        diary.write("skip", () -> stream.skip(3));
        diary.write("mark", stream::markSupported);
        diary.write("read all", () -> new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        diary.write("read at the end", stream::read);
        diary.write("available at the end", stream::available);
        diary.write("close", done(stream::close));
        diary.write("close again", done(stream::close));
        diary.write("read after it", stream::read);
        diary.write("read some after it", () -> stream.read(new byte[10]));
        diary.write("available after it", stream::available);
        diary.write("skip after it", () -> stream.skip(1));
        diary.write("read all after it", () -> stream.readAllBytes().length);
    }

    @Test
    void inputThatIsRedirectedIsAStreamThatIsClosed() throws Exception {
        File file = Files.writeString(directory.resolve("in"), "text").toFile();
        for (Redirect source : List.of(Redirect.from(file), Redirect.from(new File("/dev/null")), Redirect.INHERIT)) {
            List<String> seen = assertTwins(
                    (builder, diary) -> {
                        builder.input(source);
                        Process process = builder.start();
                        OutputStream stream = process.getOutputStream();
                        diary.write("the same", () -> stream == process.getOutputStream());
                        abuse(diary, stream);
                        diary.write(
                                "writer",
                                done(() -> process.outputWriter().append("x").close()));
                        end(process);
                        abuse(diary, stream);
                    },
                    "sleep",
                    "60");
            assertTrue(seen.contains("write a byte: IOException"), seen::toString);
            assertTrue(seen.contains("close: done"), seen::toString);
        }
    }

    @Test
    void refusalSaysThatTheStreamIsClosed() throws Exception {
        Process process = new LeashProcessBuilder("true")
                .supervisor(supervisor)
                .redirectInput(new File("/dev/null"))
                .start();
        IOException refused =
                assertThrows(IOException.class, () -> process.getOutputStream().write(1));
        assertEquals("Stream closed", refused.getMessage());
        end(process);
    }

    @Test
    void inputThatIsAPipe() throws Exception {
        assertTwins(
                (builder, diary) -> {
                    Process process = builder.start();
                    OutputStream stream = process.getOutputStream();
                    diary.write("the same", () -> stream == process.getOutputStream());
                    abuse(diary, stream);
                    diary.write("exit", process::waitFor);
                    diary.write("read", () -> process.getInputStream().readAllBytes().length);
                },
                "cat");
    }

    @Test
    void inputOfAProcessThatHasEnded() throws Exception {
        assertTwins(
                (builder, diary) -> {
                    Process process = builder.start();
                    diary.write("exit", process::waitFor);
                    process.onExit().join();
                    abuse(diary, process.getOutputStream());
                },
                "true");
    }

    @Test
    void outputThatIsRedirectedIsAStreamAtItsEnd() throws Exception {
        File file = directory.resolve("out").toFile();
        for (Redirect destination : List.of(
                Redirect.to(file), Redirect.appendTo(file), Redirect.DISCARD, Redirect.to(new File("/dev/null")))) {
            assertTwins(
                    (builder, diary) -> {
                        builder.output(destination);
                        builder.error(destination);
                        Process process = builder.start();
                        diary.write("exit", process::waitFor);
                        for (InputStream stream : List.of(process.getInputStream(), process.getErrorStream())) {
                            abuse(diary, stream);
                        }
                        diary.write("reader", () -> process.inputReader().readLine());
                    },
                    "true");
        }
    }

    @Test
    void outputThatIsAPipe() throws Exception {
        assertTwins(
                (builder, diary) -> {
                    Process process = builder.start();
                    diary.write("exit", process::waitFor);
                    process.onExit().join();
                    InputStream output = process.getInputStream();
                    diary.write("the same", () -> output == process.getInputStream());
                    abuse(diary, output);
                    abuse(diary, process.getErrorStream());
                },
                "sh",
                "-c",
                "echo some output; echo an error >&2");
    }

    @Test
    void outputOfAProcessThatIsDestroyed() throws Exception {
        assertTwins(
                (builder, diary) -> {
                    Process process = builder.start();
                    InputStream taken = process.getInputStream();
                    diary.write("first", taken::read);
                    end(process);
                    diary.write("read", taken::read);
                    diary.write("available", taken::available);
                    diary.write("close", done(taken::close));
                    diary.write("error", () -> process.getErrorStream().read());
                    diary.write("write", done(() -> process.getOutputStream().write(new byte[100_000])));
                    diary.write(
                            "close input", done(() -> process.getOutputStream().close()));
                },
                "sh",
                "-c",
                "echo x; exec sleep 60");
    }

    @Test
    void mergedErrorIsAStreamAtItsEnd() throws Exception {
        assertTwins(
                (builder, diary) -> {
                    builder.merge();
                    Process process = builder.start();
                    diary.write("exit", process::waitFor);
                    process.onExit().join();
                    abuse(diary, process.getErrorStream());
                    abuse(diary, process.getInputStream());
                },
                "sh",
                "-c",
                "echo some output; echo an error >&2");
    }

    @Test
    void errorFileBesideAMergedErrorIsMadeAndStaysEmpty() throws Exception {
        Path file = directory.resolve("err");
        assertTwins(
                (builder, diary) -> {
                    Files.deleteIfExists(file);
                    builder.merge();
                    builder.error(Redirect.to(file.toFile()));
                    diary.write(
                            "output",
                            () -> new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                    diary.write("made", () -> Files.readString(file));
                    Files.writeString(file, "before");
                    diary.write("exit", () -> builder.start().waitFor());
                    diary.write("truncated", () -> Files.readString(file));
                    Files.writeString(file, "before");
                    builder.error(Redirect.appendTo(file.toFile()));
                    diary.write("exit", () -> builder.start().waitFor());
                    diary.write("not truncated", () -> Files.readString(file));
                    Files.delete(file);
                    diary.write("exit", () -> builder.start().waitFor());
                    diary.write("made to append", () -> Files.readString(file));
                },
                "sh",
                "-c",
                "echo out; echo err >&2");
    }

    @Test
    void filesThatCannotBeOpenedFailTheStart() throws Exception {
        File here = directory.toFile();
        File below = directory.resolve("no/such/file").toFile();
        File through = Files.writeString(directory.resolve("plain"), "")
                .resolve("file")
                .toFile();
        for (File file : List.of(here, below, through)) {
            List<String> seen = assertTwins(
                    (builder, diary) -> {
                        builder.output(Redirect.to(file));
                        diary.write("to", builder::start);
                        builder.output(Redirect.appendTo(file));
                        diary.write("append", builder::start);
                        builder.output(Redirect.PIPE);
                        builder.error(Redirect.to(file));
                        diary.write("error to", builder::start);
                        builder.merge();
                        diary.write("merged error to", builder::start);
                        builder.error(Redirect.appendTo(file));
                        diary.write("merged error append", builder::start);
                    },
                    "true");
            assertEquals(5, seen.size());
            for (String failed : seen) {
                assertTrue(failed.endsWith(": cannot run"), failed);
            }
        }
        assertFalse(below.exists());
    }

    /** The JDK waits there for a reader. */
    @Test
    void fifoForAMergedErrorIsLeftAlone() throws Exception {
        Path fifo = directory.resolve("fifo");
        supervisor.run(Command.of("mkfifo", fifo.toString())).orThrow();
        Process process = new LeashProcessBuilder("sh", "-c", "echo err >&2")
                .supervisor(supervisor)
                .redirectErrorStream(true)
                .redirectError(fifo.toFile())
                .start();
        assertEquals("err\n", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, process.waitFor());
    }

    @Test
    void inputThatIsNotThereFailsTheStart() throws Exception {
        assertTwins(
                (builder, diary) -> {
                    builder.input(Redirect.from(directory.resolve("none").toFile()));
                    diary.write("from", builder::start);
                },
                "true");
    }
}
