package dev.leash.cli;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.support.ProcScan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job log of {@code leash batch}, and what {@code --resume} makes of it. */
@Timeout(120)
class BatchResumeIT {
    @TempDir
    Path temp;

    private Path jobs;
    private Path log;

    @BeforeEach
    void name() {
        jobs = temp.resolve("jobs");
        log = temp.resolve("log");
    }

    private Command command(String... more) {
        List<String> all = new ArrayList<>(List.of("batch", "--joblog", "log"));
        all.addAll(List.of(more));
        all.add("jobs");
        return Leash.command(all.toArray(new String[0])).directory(temp);
    }

    private Result resume() throws Exception {
        return Leash.run(command("--resume", "-j2"));
    }

    private List<String> done() throws Exception {
        return Files.readAllLines(temp.resolve("done"));
    }

    @Test
    void afterAKillExactlyTheRestIsRun() throws Exception {
        String marker = ProcScan.newMarker();
        List<String> lines = IntStream.rangeClosed(1, 20)
                .mapToObj(number -> (number <= 6 ? "" : "echo waits; until [ -e go ]; do sleep 0.02; done; ") + "echo "
                        + number + " >>done")
                .toList();
        Files.write(jobs, lines);
        Path shown = temp.resolve("shown");
        Child child =
                Leash.start(command("-j3").env(ProcScan.MARKER_VARIABLE, marker).stdout(Output.file(shown)));
        eventually(
                "six are logged",
                () -> Files.exists(log) && Files.readAllLines(log).size() == 6);
        // What a job writes is passed on when leash knows of it, and so does its guardian.
        eventually("three wait", () -> Files.readAllLines(shown).equals(List.of("waits", "waits", "waits")));
        child.kill();
        child.await();
        eventually("the jobs are dead, too", () -> ProcScan.withMarker(marker).isEmpty());
        // And the last line is cut, as if the kill had come in the middle of a write.
        byte[] whole = Files.readAllBytes(log);
        Files.write(log, java.util.Arrays.copyOf(whole, whole.length - 10));
        Files.createFile(temp.resolve("go"));

        Result result = resume();
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertTrue(Leash.err(result).contains("15 jobs in "), Leash.err(result));
        assertTrue(Leash.err(result).contains("5 skipped, done before"), Leash.err(result));
        List<String> done = done();
        assertEquals(21, done.size(), "one is done twice: that whose line in the log was cut");
        assertEquals(20, done.stream().distinct().count());
        assertEquals(20, Files.readAllLines(log).size());
        for (String line : Files.readAllLines(log)) {
            assertEquals(
                    "succeeded",
                    Json.object((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .get("fate"));
        }

        Result again = resume();
        assertEquals(0, Leash.status(again));
        assertTrue(Leash.err(again).contains("0 jobs in "), Leash.err(again));
        assertEquals(21, done().size());
    }

    @Test
    void failedJobsAreRunAgainAndTheirLastEndCounts() throws Exception {
        Files.writeString(jobs, "echo 1 >>done\necho 2 >>done; [ -e go ]\n");
        assertEquals(1, Leash.status(Leash.run(command())));
        Files.createFile(temp.resolve("go"));
        assertEquals(0, Leash.status(resume()));
        assertEquals(0, Leash.status(resume()));
        assertEquals(List.of("1", "2", "2"), done().stream().sorted().toList());
    }

    @Test
    void resumeWithoutALogRunsAll() throws Exception {
        Files.writeString(jobs, "echo 1 >>done\n");
        assertEquals(0, Leash.status(resume()));
        assertEquals(List.of("1"), done());
    }

    @Test
    void jobsThatWereAddedAreRun() throws Exception {
        Files.writeString(jobs, "echo 1 >>done\n");
        resume();
        Files.writeString(jobs, "echo 2 >>done\n", StandardOpenOption.APPEND);
        assertEquals(0, Leash.status(resume()));
        assertEquals(List.of("1", "2"), done());
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo 1 >>done\necho two >>done\necho 4 >>done\n", "echo 1 >>done\n", "#\necho 1 >>done\n"})
    void anotherFileIsRefused(String other) throws Exception {
        Files.writeString(jobs, "echo 1 >>done\necho 2 >>done\n");
        resume();
        Files.writeString(jobs, other);
        Result result = resume();
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).contains("do not belong to that log"), Leash.err(result));
        assertEquals(2, done().size(), "nothing is run");
    }

    @Test
    void withoutResumeALogIsNotOverwritten() throws Exception {
        Files.writeString(jobs, "echo 1 >>done\n");
        resume();
        Result result = Leash.run(command());
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).contains("--resume goes on from it"), Leash.err(result));
        assertEquals(1, done().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"what is this\n", "{\"line\":1}\n", "{\"line\":-1,\"digest\":\"1\",\"fate\":\"succeeded\"}\n"})
    void whatIsNoJobLogIsRefusedAndKept(String text) throws Exception {
        Files.writeString(jobs, "echo 1 >>done\n");
        Files.writeString(log, text);
        Result result = resume();
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).contains("line 1 of 'log' is not from a job log"), Leash.err(result));
        assertEquals(text, Files.readString(log));
        assertFalse(Files.exists(temp.resolve("done")));
    }

    @Test
    void twoBatchesCannotShareALog() throws Exception {
        Files.writeString(jobs, ": >up; until [ -e go ]; do sleep 0.02; done; echo 1 >>done\n");
        Child first = Leash.start(command());
        Leash.awaitFile(temp.resolve("up"));
        Result second = resume();
        assertEquals(125, Leash.status(second));
        assertTrue(Leash.err(second).contains("another batch is using the job log"), Leash.err(second));
        Files.createFile(temp.resolve("go"));
        assertEquals(0, Leash.status(first.await()));
        assertEquals(List.of("1"), done());
    }

    /**
     * The disk has two pages: one is taken, the log has the other. The line of job 2 would need a third, so the write stops in
     * its middle. Job 3 ends when there is room again.
     */
    @Test
    void aDiskThatWasFullForAMomentLosesOneLineAndNoOther() throws Exception {
        String pad = "x".repeat(3_700);
        Files.writeString(jobs, """
                echo 1 >>done; : %s
                until [ -s disk/log ]; do sleep 0.02; done; echo 2 >>done; : %s
                until [ -e room ]; do sleep 0.02; done; echo 3 >>done
                """.formatted(pad, pad.substring(0, 600)));
        Path script = Files.writeString(temp.resolve("script"), """
                mkdir disk && mount -t tmpfs -o size=8k tmpfs disk || exit 99
                head -c 4096 /dev/zero >disk/filler
                "$LEASH" batch -j2 --joblog disk/log jobs 2>err & leash=$!
                until grep -q 'job log' err; do sleep 0.02; done
                rm disk/filler; : >room
                wait $leash; echo $?
                cp disk/log log
                "$LEASH" batch -j2 --joblog disk/log --resume jobs; echo $?
                cat err >&2
                """);
        Result result = Leash.run(Leash.shell("""
                [ "$(id -u)" = 0 ] && user= || user=-r
                unshare $user -m true && exec unshare $user -m sh "$1" || exit 99
                """, script.toString()).directory(temp));
        if (Leash.status(result) == 99) {
            Assumptions.abort("a small file system cannot be mounted here: " + Leash.err(result));
        }
        assertEquals("125\n0\n", Leash.out(result), Leash.err(result));
        assertTrue(
                Leash.err(result).contains("cannot write the job log disk/log: No space left on device (ENOSPC)"),
                Leash.err(result));
        List<Object> logged = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            logged.add(Json.object((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .get("line"));
        }
        assertEquals("[1, 3]", logged.toString());
        assertEquals(List.of("1", "2", "2", "3"), done().stream().sorted().toList(), "only job 2 is run again");
    }

    @Test
    void aLogWithATornLineIsReadAndTheLossTold() throws Exception {
        Files.writeString(jobs, "echo 1 >>done\necho 2 >>done\necho 3 >>done\n");
        assertEquals(0, Leash.status(Leash.run(command("-j1"))));
        List<String> lines = Files.readAllLines(log);
        Files.writeString(log, lines.get(0) + "\n" + lines.get(1).substring(0, 60) + lines.get(2) + "\n");
        Result result = resume();
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertTrue(Leash.err(result).contains("line 2 of the job log 'log' is torn"), Leash.err(result));
        assertEquals(List.of("1", "2", "2", "3"), done().stream().sorted().toList());
    }
}
