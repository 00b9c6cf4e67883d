package dev.leash.cli;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Stdin;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code leash batch}: which jobs it runs and how, what it prints, and its exit status. */
@Timeout(180)
class BatchIT {
    @TempDir
    Path temp;

    /** A file with these lines. */
    private String jobs(String... lines) throws Exception {
        return Files.writeString(temp.resolve("jobs"), String.join("\n", lines) + "\n", ISO_8859_1)
                .toString();
    }

    private Result batch(String... arguments) throws Exception {
        return Leash.run(command(arguments));
    }

    private Command command(String... arguments) {
        List<String> all = new ArrayList<>(List.of("batch"));
        all.addAll(Arrays.asList(arguments));
        return Leash.command(all.toArray(new String[0])).directory(temp).timeout(java.time.Duration.ofSeconds(150));
    }

    private static List<Map<String, Object>> objects(Result result) throws Exception {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (String line : result.stdout(UTF_8).lines().toList()) {
            objects.add(Json.object((line + "\n").getBytes(UTF_8)));
        }
        return objects;
    }

    @Test
    void linesAreRunByTheShellAndCountedByTheirEnds() throws Exception {
        Result result = batch(
                "-j1", jobs("echo one", "", "  # no job", "echo err >&2; exit 3", "kill -9 $$", "echo $((6*7)) | cat"));
        assertEquals(1, Leash.status(result));
        assertEquals("one\n42\n", Leash.out(result));
        List<String> said = Leash.err(result).lines().toList();
        assertEquals("err", said.get(0));
        assertEquals("leash: line 4 exited with 3: echo err >&2; exit 3", said.get(1));
        assertEquals("leash: line 5 was ended by KILL: kill -9 $$", said.get(2));
        assertTrue(
                said.get(3).matches("leash: 4 jobs in .* s: 2 succeeded, 1 exited with an error, 1 ended by a signal"),
                said.get(3));
        assertTrue(said.get(4).startsWith("leash: slowest: line "), said.get(4));
        assertEquals("leash: failed: lines 4, 5", said.get(5));
        assertEquals(6, said.size());
    }

    @Test
    void allGoodIsStatusZero() throws Exception {
        assertEquals(0, Leash.status(batch(jobs("true", "echo"))));
        assertEquals(0, Leash.status(batch(jobs("# nothing"))));
    }

    @Test
    void theReportDoesNotReplaceTheJobsOrTheirLog() throws Exception {
        String jobs = jobs("echo a");
        Result result = batch("--report", jobs, jobs);
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).contains("would replace the file of jobs"), Leash.err(result));
        assertEquals("a\n", Leash.out(batch("--joblog", "log", jobs)), "the jobs are still there");
        result = batch("--joblog", "log", "--resume", "--report", "./log", jobs);
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).contains("would replace the job log"), Leash.err(result));
        assertTrue(Files.size(temp.resolve("log")) > 0);
    }

    @Test
    void objectsAreRunWithoutAShell() throws Exception {
        Files.createDirectory(temp.resolve("sub"));
        Result result = batch(
                "-j1",
                jobs(
                        "{\"argv\":[\"printf\",\"%s|\",\"a b\",\"$HOME\",\"\\u00e4\"]}",
                        "{\"argv\":[\"sh\",\"-c\",\"cat; echo $A; pwd\"],\"env\":{\"A\":\"x=y\"},\"directory\":\"sub\","
                                + "\"stdin\":\"fed\\n\"}",
                        "{\"argv\":[\"sleep\",\"60\"],\"timeout\":0.2}",
                        "{\"argv\":[\"/no/such/program\"]}",
                        "echo last"));
        assertEquals(1, Leash.status(result));
        assertEquals("a b|$HOME|ä|\nfed\nx=y\n" + temp.toRealPath().resolve("sub") + "\nlast\n", result.stdout(UTF_8));
        assertTrue(Leash.err(result).contains("leash: line 3 timed out: sleep 60\n"), Leash.err(result));
        assertTrue(Leash.err(result).contains("leash: line 4 could not start /no/such/program"), Leash.err(result));
        assertTrue(Leash.err(result).contains("1 could not be started"), Leash.err(result));
    }

    @Test
    void aVariableThatIsNullIsTakenOutOfTheJobsEnvironment() throws Exception {
        Result result = Leash.run(command(
                        "-j1",
                        jobs(
                                "{\"argv\":[\"env\"],\"env\":{\"GONE\":null,\"NEVER\":null,\"NEW\":\"1\"}}",
                                "echo kept $GONE $STAYS"))
                .env("GONE", "x")
                .env("GONE2", "y")
                .env("STAYS", "z"));
        List<String> shown = Leash.out(result).lines().toList();
        assertFalse(shown.contains("GONE=x"), shown.toString());
        assertTrue(shown.contains("GONE2=y") && shown.contains("STAYS=z") && shown.contains("NEW=1"), shown.toString());
        assertTrue(shown.stream().noneMatch(line -> line.startsWith("NEVER")), shown.toString());
        assertEquals("kept x z", shown.getLast(), "of the other job it is not taken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jobs", "-"})
    void marksAndCrsOfEditorsAreNoPartOfTheJobs(String source) throws Exception {
        Files.writeString(
                temp.resolve("jobs"), "\ufeff{\"argv\":[\"printf\",\"%s;\",\"a\"]}\r\nprintf '%s;' b\r\n", UTF_8);
        Result result = Leash.run(command("-j1", source).stdin(dev.leash.Stdin.file(temp.resolve("jobs"))));
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals("a;\nb;\n", Leash.out(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{\"argv\":[\"a\"}~begins with '{', but is no JSON object",
                "{ echo group; }~put a space before the '{'",
                "{}~has no \"argv\"",
                "{\"argv\":[]}~has no \"argv\"",
                "{\"argv\":\"ls -l\"}~needs an array of strings",
                "{\"argv\":[1]}~no string",
                "{\"argv\":[\"a\\u0000b\"]}~has a NUL",
                "{\"argv\":[\"a\"],\"dir\":\"/\"}~has a field \"dir\"",
                "{\"argv\":[\"a\"],\"argv\":[\"b\"]}~has the field \"argv\" twice",
                "{\"argv\":[\"a\"],\"env\":{\"A=B\":\"c\"}}~cannot be named \"A=B\"",
                "{\"argv\":[\"a\"],\"timeout\":\"soon\"}~needs a duration",
                "{\"argv\":[\"a\"]} x~no JSON object",
                "{\"argv\":[\"a\"]} {}~more behind the JSON object",
                "echo a\0b~has a NUL",
            })
    void aLineThatIsNoJobIsToldBeforeAnythingIsRun(String line, String message) throws Exception {
        Result result = batch("-j1", jobs(": >ran", "", line));
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).contains("jobs: line 3 "), Leash.err(result));
        assertTrue(Leash.err(result).contains(message), Leash.err(result));
        assertEquals(1, Leash.err(result).lines().count(), Leash.err(result));
        assertFalse(Files.exists(temp.resolve("ran")));
    }

    @Test
    void onStandardInputWhatCameBeforeHasRun() throws Exception {
        Result result = Leash.run(command("-j1", "-").stdin(Stdin.text("echo one\n{\n: >ran\n")));
        assertEquals(125, Leash.status(result));
        assertEquals("one\n", Leash.out(result));
        assertTrue(Leash.err(result).contains("line 2 begins with '{'"), Leash.err(result));
        assertFalse(Files.exists(temp.resolve("ran")));
    }

    @Test
    void jobsOnStandardInputAreRunAsTheyCome() throws Exception {
        Child child = Leash.start(command("-j2", "--joblog", "log", "-").stdin(Stdin.pipe()));
        Path log = temp.resolve("log");
        try (OutputStream in = child.stdin()) {
            in.write("exit 7\n".getBytes(UTF_8));
            eventually(
                    "the first is run and logged",
                    () -> Files.exists(log) && Files.readString(log).contains("\"exitCode\":7"));
            in.write("echo unended".getBytes(UTF_8));
        }
        Result result = child.await();
        assertEquals(1, Leash.status(result));
        assertEquals("unended\n", Leash.out(result));
    }

    @Test
    void jobsHaveAnEmptyInputAndDoNotEatTheJobs() throws Exception {
        Result result = Leash.run(command("-j1", "-").stdin(Stdin.text("cat\necho next\n")));
        assertEquals("next\n", Leash.out(result));
    }

    @Test
    void theFileMayBeAPipe() throws Exception {
        Result result = Leash.run(Leash.shell("mkfifo fifo; (echo 'echo through' >fifo) & exec \"$LEASH\" batch fifo")
                .directory(temp));
        assertEquals("through\n", Leash.out(result));
        assertEquals(0, Leash.status(result));
    }

    @Test
    void namesMayHaveAnyBytes() throws Exception {
        Result result = Leash.run(Leash.shell(
                        "printf '%s\\n' 'printf \"\\344\\n\"' >\"$1\"; \"$LEASH\" batch --joblog \"$2\" --report \"$3\" \"$1\"; ls",
                        "j\u00e4", "l\u00e4", "r\u00e4")
                .directory(temp));
        assertEquals("\u00e4\nj\u00e4\nl\u00e4\nr\u00e4\n", Leash.out(result), Leash.err(result));
    }

    @Test
    void linesOfJobsAreNeverMixed() throws Exception {
        String[] lines = IntStream.range(0, 24)
                .mapToObj(job -> "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do printf '<" + job
                        + " '; printf \"$i \"; printf '" + "x".repeat(3000) + "'; printf ' >\\n'; done; printf '<"
                        + job + " end >'")
                .toArray(String[]::new);
        Result result = batch("-j8", jobs(lines));
        assertEquals(0, Leash.status(result), Leash.err(result));
        List<String> out = Leash.out(result).lines().toList();
        assertEquals(24 * 21, out.size());
        for (String line : out) {
            assertTrue(line.matches("<\\d+ (\\d+ x{3000}|end) >"), line);
        }
        for (int job = 0; job < 24; job++) {
            String start = "<" + job + " ";
            List<String> own =
                    out.stream().filter(line -> line.startsWith(start)).toList();
            assertEquals(21, own.size());
            for (int i = 1; i <= 20; i++) {
                assertTrue(own.get(i - 1).startsWith(start + i + " "), "in order");
            }
        }
    }

    @Test
    void aThousandJobsEightAtATime() throws Exception {
        Files.createDirectory(temp.resolve("alive"));
        String[] lines = IntStream.rangeClosed(1, 1000)
                .mapToObj(job -> "cd alive; mkdir $$; set -- *; echo " + job + " $#; rmdir $$")
                .toArray(String[]::new);
        Result result = batch("-j8", "--joblog", "log", jobs(lines));
        assertEquals(0, Leash.status(result), Leash.err(result));
        List<String[]> out =
                Leash.out(result).lines().map(line -> line.split(" ")).toList();
        assertEquals(1000, out.stream().map(words -> words[0]).distinct().count());
        int most =
                out.stream().mapToInt(words -> Integer.parseInt(words[1])).max().orElseThrow();
        assertTrue(most > 1 && most <= 8, () -> most + " at a time");
        assertEquals(1000, Files.readAllLines(temp.resolve("log")).size());
        assertTrue(Leash.err(result).contains("1000 jobs in "), Leash.err(result));
    }

    @Test
    void failedJobsAreRunAgain() throws Exception {
        Result result =
                batch("--json", "-j1", "--retries", "2", jobs("echo x >>a; [ $(wc -l <a) = 3 ]", "echo x >>b; exit 9"));
        assertEquals(1, Leash.status(result));
        assertEquals(3, Files.readAllLines(temp.resolve("b")).size(), "one and two retries");
        List<Map<String, Object>> objects = objects(result);
        assertEquals(3, objects.size());
        assertEquals("succeeded", objects.get(0).get("fate"));
        assertEquals(3L, objects.get(0).get("attempts"));
        assertEquals("exited", objects.get(1).get("fate"));
        assertEquals(9L, objects.get(1).get("exitCode"));
    }

    @Test
    void jsonHasEachJobWithItsOutputAndASummary() throws Exception {
        Result result = batch(
                "--json",
                "-j1",
                jobs(
                        "echo out; echo err >&2",
                        "{\"argv\":[\"sleep\",\"60\"],\"timeout\":2}", // the slowest, on any machine
                        "{\"argv\":[\"/no/such\"]}",
                        "head -c 1000000 /dev/zero"));
        assertEquals(1, Leash.status(result));
        assertEquals("", Leash.err(result));
        List<Map<String, Object>> objects = objects(result);
        assertEquals(5, objects.size());
        assertEquals("out\n", objects.get(0).get("stdout"));
        assertEquals("err\n", objects.get(0).get("stderr"));
        assertEquals(true, objects.get(0).get("outputComplete"));
        assertEquals(1L, objects.get(0).get("line"));
        assertEquals("timed_out", objects.get(1).get("cause"));
        assertEquals("TERM", objects.get(1).get("signal"));
        assertEquals("ENOENT", ((Map<?, ?>) objects.get(2).get("error")).get("errno"));
        assertEquals(256 * 1024, ((String) objects.get(3).get("stdout")).length());
        assertEquals(false, objects.get(3).get("outputComplete"));
        Map<?, ?> summary = (Map<?, ?>) objects.get(4).get("summary");
        assertEquals(4L, summary.get("jobs"));
        assertEquals(2L, summary.get("succeeded"));
        assertEquals(1L, summary.get("timed_out"));
        assertEquals(1L, summary.get("not_started"));
        assertEquals(2L, ((Map<?, ?>) summary.get("slowest")).get("line"));
    }

    @Test
    void nothingOfAJobIsLeft() throws Exception {
        String seconds = "61." + ProcessHandle.current().pid(); // as no other test run on this machine has it
        String sleep = "sleep " + seconds;
        Result result = batch(jobs(sleep + " & exit 0", sleep + " & " + sleep), "--timeout", "500ms");
        assertEquals(1, Leash.status(result));
        assertEquals(1, Leash.status(Leash.sh("pgrep -fx \"$1\"", sleep)), "no sleep is left");
    }

    @Test
    void aReaderThatGoesAwayEndsTheBatch() throws Exception {
        String jobs = jobs("while :; do echo again; done", "while :; do echo again; done", ": >ran");
        Result result =
                Leash.run(Leash.shell("{ \"$LEASH\" batch -j2 " + jobs + "; echo $? >status; } | head -n 1; exit 0")
                        .directory(temp));
        assertEquals("again\n", Leash.out(result));
        Leash.awaitFile(temp.resolve("status"));
        assertEquals("141\n", Files.readString(temp.resolve("status")), "as any filter");
        assertEquals("", Leash.err(result));
        assertFalse(Files.exists(temp.resolve("ran")));
    }

    @Test
    void controlsInJobsDoNotReachTheTerminal() throws Exception {
        Result result = batch(jobs("false '\u001b[2J\u0007'"));
        assertTrue(Leash.err(result).contains("line 1 exited with 1: false '?[2J?'\n"), Leash.err(result));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "batch",
                "batch a b",
                "batch --resume a",
                "batch -j 0 a",
                "batch -j x a",
                "batch --retries -1 a",
                "batch --timeout 0 a",
                "batch --nonsense a",
                "batch no-such-file",
                "batch --joblog /no/such/log jobs",
                "batch --report /no/such/page jobs"
            })
    void wrongUseIs125AndRunsNothing(String line) throws Exception {
        jobs(": >ran");
        Result result = Leash.run(Leash.command(line.split(" ")).directory(temp));
        assertEquals(125, Leash.status(result), Leash.err(result));
        assertTrue(Leash.err(result).startsWith("leash: "), Leash.err(result));
        assertEquals(1, Leash.err(result).lines().count(), Leash.err(result));
        assertFalse(Files.exists(temp.resolve("ran")));
    }

    @Test
    void helpShowsExamplesAndStatuses() throws Exception {
        Result result = batch("--help");
        assertEquals(0, Leash.status(result));
        assertEquals("", Leash.err(result));
        assertTrue(Leash.out(result).contains("printf 'gzip -k %s\\n'"), Leash.out(result));
        assertTrue(Leash.out(result).contains("Exit status:"), Leash.out(result));
        assertTrue(Leash.out(Leash.run("--help")).contains("  batch "));
    }
}
