package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.support.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code leash bench}, as a caller sees it. */
@Timeout(120)
class BenchIT {
    @TempDir
    Path temp;

    private Result bench(String... arguments) throws Exception {
        return Leash.run(command(arguments));
    }

    private Command command(String... arguments) {
        Command command = Leash.command("bench");
        return command.args(arguments).directory(temp);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }

    @Test
    void variantsAreMeasuredComparedAndExported() throws Exception {
        Result result = bench(
                "-w1",
                "-r8",
                "-L",
                "t=0.01,0.06",
                "--export-json=h.json",
                "--export-csv=h.csv",
                "--export-markdown=h.md",
                "--export-raw=raw.json",
                "--seed=5",
                "sleep {t}");
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals("", Leash.err(result));
        assertTrue(Leash.out(result).contains("sleep 0.06: "), Leash.out(result));
        List<Map<String, Object>> results =
                list(Json.object(Files.readAllBytes(temp.resolve("h.json"))).get("results"));
        assertEquals(
                List.of("sleep 0.01", "sleep 0.06"),
                results.stream().map(it -> it.get("command")).toList());
        assertEquals(Map.of("t", "0.06"), results.get(1).get("parameters"));
        assertEquals(8, ((List<?>) results.get(1).get("times")).size());
        Map<String, Object> raw = Json.object(Files.readAllBytes(temp.resolve("raw.json")));
        assertEquals(16, list(raw.get("runs")).size());
        assertEquals(3, Files.readAllLines(temp.resolve("h.csv")).size());
        assertEquals(4, Files.readAllLines(temp.resolve("h.md")).size());
    }

    @Test
    void allOfItRunsOnTheGivenProcessors() throws Exception {
        String look = "grep Cpus_allowed_list: /proc/self/status";
        Result pinned = bench("-r1", "--pin=0", "--show-output", "--prepare", look, look);
        assertEquals(0, Leash.status(pinned), Leash.err(pinned));
        assertEquals(2, Leash.out(pinned).split("Cpus_allowed_list:\t0\n", -1).length - 1, Leash.out(pinned));
        Result absent = bench("-r1", "--pin=8000", "true");
        assertEquals(125, Leash.status(absent));
        assertTrue(Leash.err(absent).contains("--pin: there is no such processor"), Leash.err(absent));
        assertTrue(Leash.err(absent).contains("EINVAL"), Leash.err(absent));
    }

    /** The thread that measures has others, and is not to hand them down. */
    @Test
    void whatIsMeasuredHasOrdinaryTimeSlices() throws Exception {
        String look = "grep -h ^se.slice /proc/self/sched"; // empty before Linux 6.12
        String plain = Leash.out(Leash.run(Command.of("sh", "-c", look)));
        Result measured = bench("-r1", "--show-output", "--shell=sh", "--ignore-failure", look);
        assertTrue(Leash.out(measured).startsWith(plain), Leash.out(measured));
    }

    @Test
    void twoExportsCannotHaveTheSameFile() throws Exception {
        Files.writeString(temp.resolve("old"), "kept");
        Result same = bench("-r1", "--export-json=old", "--export-csv", temp.resolve("old") + "", "true");
        assertEquals(125, Leash.status(same));
        assertTrue(Leash.err(same).contains("two exports have the same file"), Leash.err(same));
        assertEquals("kept", Files.readString(temp.resolve("old")));
        Result pipe = bench("-r1", "--export-csv=/dev/stdout", "--export-markdown=/dev/stdout", "true");
        assertEquals(0, Leash.status(pipe), Leash.err(pipe));
        assertTrue(Leash.out(pipe).contains("command,mean"), Leash.out(pipe));
    }

    @Test
    void failureIsToldAndCanBeIgnored() throws Exception {
        Result failed = bench("-r2", "-n", "bad", "false");
        assertEquals(1, Leash.status(failed));
        assertTrue(Leash.err(failed).startsWith("leash: 'bad' has failed: "), Leash.err(failed));
        assertTrue(Leash.err(failed).contains("--show-output"), Leash.err(failed));
        Result ignored = bench("-r2", "-i", "false");
        assertEquals(0, Leash.status(ignored), Leash.err(ignored));
        assertTrue(Leash.out(ignored).contains("2 runs have failed"), Leash.out(ignored));
        Result absent = bench("-r2", "no-such-program");
        assertEquals(1, Leash.status(absent));
        assertTrue(Leash.err(absent).contains("could not be started"), Leash.err(absent));
    }

    /** Above 50 values, the test of Mann and Whitney needs a distribution, and this its own part of the libraries. */
    @Test
    void manyRunsAreCompared() throws Exception {
        Result result = bench("-r60", "-n", "first", "-n", "second", "true", "true");
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertTrue(Leash.out(result).contains("; p = "), Leash.out(result));
    }

    @Test
    void hungRunIsEnded() throws Exception {
        Result result = bench("--timeout=0.3s", "sleep 1000");
        assertEquals(1, Leash.status(result));
        assertTrue(Leash.err(result).contains("timed out after"), Leash.err(result));
    }

    @Test
    void shellIsThereOnlyIfItIsAskedFor() throws Exception {
        Result plain = bench("-r1", "echo a | cat");
        assertEquals(125, Leash.status(plain));
        assertTrue(Leash.err(plain).contains("'|' is for a shell: --shell=sh starts one"), Leash.err(plain));
        Result shell = bench("-r1", "--shell=sh", "echo a | cat >\"out $((1 + 1))\"");
        assertEquals(0, Leash.status(shell), Leash.err(shell));
        assertEquals("a\n", Files.readString(temp.resolve("out 2")));
        assertTrue(Leash.out(shell).contains("a shell that does nothing takes"), Leash.out(shell));
    }

    @Test
    void whatIsRunAroundTheRunsIsRun() throws Exception {
        Result result = bench(
                "--shell=sh",
                "-r2",
                "-s",
                "echo setup >>log",
                "-p",
                "echo prepare >>log",
                "-C",
                "echo conclude >>log",
                "-c",
                "echo cleanup >>log",
                "echo run >>log");
        assertEquals(0, Leash.status(result), Leash.err(result));
        String once = "prepare\nrun\nconclude\n";
        assertEquals("setup\n" + once + once + "cleanup\n", Files.readString(temp.resolve("log")));
    }

    @Test
    void ctrlCEndsWhatRunsAndCleansUp() throws Exception {
        Child child = Leash.start(command(
                "--shell=sh",
                "-c",
                "touch cleaned",
                "-r3",
                "--export-json=none.json",
                "echo $$ >pid; exec sleep 1000"));
        Path pid = temp.resolve("pid");
        Eventually.eventually("it runs", () -> Files.exists(pid) && Files.size(pid) > 0);
        Leash.signal(child, Signal.INT);
        Result result = child.await();
        assertEquals(130, Leash.status(result), Leash.err(result));
        assertTrue(
                result.status() instanceof ExitStatus.Signaled || result.status() instanceof ExitStatus.Exited,
                result::toString);
        assertTrue(Files.exists(temp.resolve("cleaned")));
        long sleeper = Long.parseLong(Files.readString(pid).strip());
        assertFalse(ProcessHandle.of(sleeper).isPresent(), "nothing of it is left");
    }

    @Test
    void ctrlCEndsTheWaitForTheReaderOfAFifo() throws Exception {
        assertEquals(
                0, Leash.status(Leash.sh("mkfifo \"$1\"", temp.resolve("fifo").toString())));
        Child child = Leash.start(command("-r1", "--export-json=first", "--export-csv=fifo", "true"));
        Leash.awaitFile(temp.resolve("first"));
        Leash.signal(child, Signal.INT);
        assertEquals(130, Leash.status(child.await()));
    }

    @Test
    void resultsThatThereWereAreKeptUntilThereAreOthers() throws Exception {
        Path old = Files.writeString(temp.resolve("old"), "a".repeat(2000));
        assertEquals(1, Leash.status(bench("-r1", "--export-csv=old", "false")));
        assertEquals("a".repeat(2000), Files.readString(old));
        Result result = bench("-r1", "--export-csv=old", "true");
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals(2, Files.readAllLines(old).size());
        Command both = Leash.shell("echo first >both; \"$LEASH\" bench -r1 --export-csv=/dev/stdout true >>both")
                .directory(temp);
        assertEquals(0, Leash.status(Leash.run(both)));
        assertEquals("first", Files.readAllLines(temp.resolve("both")).getFirst());
    }

    @Test
    void whatCannotBeWrittenIsNoLossOfTheRest() throws Exception {
        Result result = bench("-r1", "--export-json=/dev/full", "--export-csv=csv", "true");
        assertEquals(125, Leash.status(result));
        assertEquals(
                "leash: cannot write the results /dev/full: No space left on device (ENOSPC)\n", Leash.err(result));
        assertEquals(2, Files.readAllLines(temp.resolve("csv")).size());
        assertTrue(Leash.out(result).startsWith("wall of 1 run each\n"), Leash.out(result));
    }

    @Test
    void equalValuesAreComparedToo() throws Exception {
        Result equal = bench("-r8", "--metric=context-switches", "true", "sleep 0.01");
        assertEquals(0, Leash.status(equal), Leash.err(equal));
    }

    @Test
    void resultsThatCannotBeWrittenAreToldBeforeAnythingIsMeasured() throws Exception {
        Result result = bench("--export-json=none/x", "touch ran");
        assertEquals(125, Leash.status(result));
        assertEquals("leash: cannot open the results none/x: No such file or directory (ENOENT)\n", Leash.err(result));
        assertFalse(Files.exists(temp.resolve("ran")));
    }

    @Test
    void onATerminalThereAreALineAndBars() throws Exception {
        Result result = Leash.run(Leash.shell("\"$LEASH\" bench -r5 'sleep 0.1' 'sleep 0.15'")
                .directory(temp)
                .env("TERM", "xterm")
                .terminal(100, 24));
        String shown = new String(result.stdoutBytes(), StandardCharsets.UTF_8);
        assertTrue(shown.contains("\r\033[Kround 2 of 5: sleep 0.1"), shown);
        assertTrue(shown.contains("median so far"), shown);
        assertTrue(shown.contains("sleep 0.15  " + "█".repeat(40)), shown);
        assertTrue(shown.indexOf("wall of 5 runs each") > shown.lastIndexOf("\033[K"), "the line is gone: " + shown);
    }
}
