package dev.leash.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StageResult;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines: one run with one deadline and one group, and a status of each program. */
@Timeout(60)
class PipelineTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final ExitStatus OK = new ExitStatus.Exited(0);
    private static final ExitStatus BROKEN_PIPE = new ExitStatus.Signaled(Signal.parse("PIPE"), false);
    private static final ExitStatus KILLED = new ExitStatus.Signaled(Signal.KILL, false);

    @TempDir
    Path temp;

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
        VirtualThreads.assertNoneOfLeash();
    }

    @Test
    void fiveProgramsInARowWorkLikeInAShell() throws Exception {
        Command pipeline = Command.of("printf", "b\\na\\nb\\nc\\n")
                .pipeTo(Command.of("sort"))
                .pipeTo(Command.of("uniq", "-c"))
                .pipeTo(Command.of("sort", "-rn"))
                .pipeTo(Command.of("head", "-n", "1"));
        Result result = supervisor.run(pipeline).orThrow();
        assertEquals("      2 b\n", result.stdout());
        assertEquals(5, result.stages().size());
        assertTrue(result.stages().stream().allMatch(stage -> stage.status().equals(OK)));
        assertEquals(
                List.of("printf 'b\\na\\nb\\nc\\n'", "sort", "uniq -c", "sort -rn", "head -n 1"),
                result.stages().stream()
                        .map(stage -> stage.command().toString())
                        .toList());
        assertEquals("printf 'b\\na\\nb\\nc\\n' | sort | uniq -c | sort -rn | head -n 1", pipeline.toString());
        assertEquals(
                5, result.stages().stream().map(StageResult::pid).distinct().count());
        assertEquals(result.pid(), result.stages().getFirst().pid());
    }

    @Test
    void programThatDiesInTheMiddleIsSeenInItsOwnStatus() throws Exception {
        Result result = supervisor.run(Command.of("yes")
                .pipeTo(Command.of("cat"))
                .pipeTo(Command.shell("read line; kill -9 $$"))
                .pipeTo(Command.of("cat"))
                .pipeTo(Command.shell("cat; exit 7"))
                .timeout(Duration.ofSeconds(30)));
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Exited(7), result.status(), "that of the last, as in a shell");
        assertEquals(
                List.of(BROKEN_PIPE, BROKEN_PIPE, KILLED, OK, new ExitStatus.Exited(7)),
                result.stages().stream().map(StageResult::status).toList());
        assertFalse(result.succeeded());
        assertEquals("", result.stdout());
    }

    @Test
    void upstreamOfAReaderThatHasEnoughEndsBySigpipe() throws Exception {
        Result result = supervisor.run(Command.of("yes").pipeTo(Command.of("head", "-n", "2")));
        assertTrue(result.succeeded());
        assertEquals("y\ny\n", result.stdout());
        assertEquals(BROKEN_PIPE, result.stages().getFirst().status());
    }

    @Test
    void oneDeadlineKillsThemAll() throws Exception {
        String marker = ProcScan.newMarker();
        Command sleep = Command.of("sleep", "60").env(ProcScan.MARKER_VARIABLE, marker);
        Result result = supervisor.run(
                sleep.pipeTo(sleep).pipeTo(sleep).pipeTo(sleep).pipeTo(sleep).timeout(Duration.ofMillis(300)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertTrue(
                result.stages().stream().allMatch(stage -> stage.status().equals(KILLED)), result.stages()::toString);
        assertEquals(List.of(), ProcScan.withMarker(marker));
        assertTrue(result.wallTime().compareTo(Duration.ofSeconds(10)) < 0);
    }

    @Test
    void deadlineIsKeptThoughSomeProgramsHaveEndedLongAgo() throws Exception {
        for (List<String> programs : List.of(
                List.of("true", "sleep 60", "true"),
                List.of("sleep 60", "true", "true"),
                List.of("true", "true", "sleep 60"))) {
            Command pipeline = Command.shell(programs.get(0))
                    .pipeTo(Command.shell(programs.get(1)))
                    .pipeTo(Command.shell(programs.get(2)));
            Result result = supervisor.run(pipeline.timeout(Duration.ofSeconds(3)));
            assertEquals(Cause.TIMED_OUT, result.cause(), programs::toString);
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        programs.get(i).equals("true") ? OK : KILLED,
                        result.stages().get(i).status());
            }
        }
    }

    @Test
    void runEndsWhenTheLastOfItsProgramsHasEndedWhicheverThatIs() throws Exception {
        Result result =
                supervisor.run(Command.shell("exec >&-; sleep 0.3; exit 3").pipeTo(Command.of("cat")));
        assertEquals(OK, result.status());
        assertEquals(new ExitStatus.Exited(3), result.stages().getFirst().status());
        assertTrue(result.wallTime().compareTo(Duration.ofMillis(300)) >= 0, result.wallTime()::toString);
    }

    @Test
    void allProgramsAreInTheGroupOfTheFirst() throws Exception {
        // The group is in the fifth field of stat, behind the name.
        Command self = Command.shell("cat; cut -d ' ' -f 1,5 /proc/self/stat; :");
        Child child = supervisor.start(Command.shell("cut -d ' ' -f 1,5 /proc/self/stat; :")
                .pipeTo(self)
                .pipeTo(self)
                .pipeTo(self));
        Result result = child.await().orThrow();
        Set<String> groups =
                result.stdout().lines().map(line -> line.split(" ", 0)[1]).collect(Collectors.toSet());
        assertEquals(Set.of(Long.toString(child.pid())), groups);
        assertEquals(4, result.stdout().lines().count());
        assertNotEquals(ProcScan.of(ProcScan.self()).orElseThrow().pgrp(), child.pid());
    }

    @Test
    void signalReachesAllOfThem() throws Exception {
        Command trap =
                Command.shell("trap 'echo caught >&2; exit 5' TERM; echo ready >&2; while :; do sleep 0.05; done");
        List<String> ready = new java.util.concurrent.CopyOnWriteArrayList<>();
        Command part = trap.stderr(Output.lines(ready::add));
        Child child = supervisor.start(part.pipeTo(part).pipeTo(part));
        dev.leash.support.Eventually.eventually("all are ready", () -> ready.size() == 3);
        ready.clear();
        assertTrue(child.signal(Signal.TERM));
        Result result = child.await();
        assertEquals(
                List.of(5, 5, 5),
                result.stages().stream()
                        .map(stage -> ((ExitStatus.Exited) stage.status()).code())
                        .toList());
        assertEquals(3, ready.stream().filter("caught"::equals).count(), ready::toString);
    }

    @Test
    void inputIsThatOfTheFirstAndOutputThatOfTheLast() throws Exception {
        byte[] data = TestData.random(5 * TestData.MIB, 1);
        Command cat = Command.of("cat");
        Result result = supervisor
                .run(cat.stdin(Stdin.bytes(data)).pipeTo(cat).pipeTo(cat))
                .orThrow();
        assertEquals(TestData.sum(data), TestData.sum(result.stdoutBytes()));
        Result later = supervisor
                .run(cat.pipeTo(cat).pipeTo(cat).stdin(Stdin.text("set on the whole")))
                .orThrow();
        assertEquals("set on the whole", later.stdout());
        Child child = supervisor.start(
                cat.pipeTo(Command.of("tr", "a-z", "A-Z")).stdin(Stdin.pipe()).stdout(Output.pipe()));
        try (OutputStream stdin = child.stdin()) {
            stdin.write("by hand".getBytes(UTF_8));
        }
        assertEquals("BY HAND", new String(child.stdout().readAllBytes(), UTF_8));
        child.await().orThrow();
    }

    @Test
    void standardErrorIsThatOfEachProgram() throws Exception {
        List<String> lines = new ArrayList<>();
        Path file = temp.resolve("err");
        Result result = supervisor
                .run(Command.shell("echo one >&2")
                        .pipeTo(Command.shell("echo two >&2; echo three >&2").stderr(Output.lines(lines::add)))
                        .pipeTo(Command.shell("echo four >&2").stderr(Output.file(file)))
                        .pipeTo(Command.shell("cat; echo five >&2")))
                .orThrow();
        assertEquals("one\n", result.stages().get(0).stderr());
        assertEquals(List.of("two", "three"), lines);
        assertEquals("", result.stages().get(1).stderr());
        assertEquals("four\n", Files.readString(file));
        assertEquals("five\n", result.stages().get(3).stderr());
        assertEquals("five\n", result.stderr());
    }

    @Test
    void mergedStandardErrorGoesDownThePipe() throws Exception {
        Result result = supervisor
                .run(Command.shell("echo out; echo err >&2").mergeStderr().pipeTo(Command.of("tr", "a-z", "A-Z")))
                .orThrow();
        assertEquals("OUT\nERR\n", result.stdout());
    }

    /** What the standard output of a program in the middle was meant to be does not count, nor does anything that hung on it. */
    @Test
    void standardErrorOfAProgramInTheMiddleCanGoToTheFileThatItsOutputWasMeantFor() throws Exception {
        Path file = temp.resolve("log");
        Result result = supervisor
                .run(Command.shell("echo out; echo err >&2")
                        .stdout(Output.file(file))
                        .stderr(Output.file(file))
                        .pipeTo(Command.of("cat")))
                .orThrow();
        assertEquals("out\n", result.stdout());
        assertEquals("err\n", Files.readString(file));
    }

    @Test
    void programThatCannotBeStartedLeavesNothingOfTheOthers() throws Exception {
        String marker = ProcScan.newMarker();
        Command sleep = Command.of("sleep", "60").env(ProcScan.MARKER_VARIABLE, marker);
        Command missing = Command.of("no-such-program-at-all");
        LeakCheck.Baseline before = LeakCheck.now();
        for (Command pipeline : List.of(
                missing.pipeTo(sleep),
                sleep.pipeTo(missing),
                sleep.pipeTo(missing).pipeTo(sleep),
                sleep.stdin(Stdin.text("x")).pipeTo(sleep).pipeTo(sleep).pipeTo(missing))) {
            SpawnException thrown = assertThrows(SpawnException.class, () -> supervisor.run(pipeline));
            assertEquals(SpawnException.Kind.NOT_FOUND, thrown.kind());
            assertEquals("no-such-program-at-all", thrown.path());
            assertEquals(List.of(), ProcScan.withMarker(marker));
            before.assertNothingLeaked();
        }
        SpawnException thrown = assertThrows(
                SpawnException.class,
                () -> supervisor.run(
                        sleep.pipeTo(sleep.stderr(Output.file(temp.resolve("a").resolve("b"))))));
        assertEquals(SpawnException.Kind.REDIRECT, thrown.kind());
        before.assertNothingLeaked();
    }

    @Test
    void environmentDirectoryAndDescriptorsAreThoseOfEachProgram() throws Exception {
        Command command = Command.shell("echo $NAME $(pwd)")
                .env("NAME", "first")
                .directory(temp)
                .pipeTo(Command.shell("cat; echo $NAME $(pwd); cat <&5; ls /proc/self/fd")
                        .env("NAME", "second")
                        .directory(Path.of("/"))
                        .input(5, Stdin.text("five\n")));
        assertEquals(
                "first " + temp.toRealPath() + "\nsecond /\nfive\n0\n1\n2\n3\n5\n",
                supervisor.run(command).orThrow().stdout());
    }

    @Test
    void pipelinesArePutTogetherFromPipelines() throws Exception {
        Command upper = Command.of("tr", "a-z", "A-Z").pipeTo(Command.of("rev"));
        Command result = Command.of("printf", "abc")
                .pipeTo(upper)
                .pipeTo(Command.of("cat").pipeTo(Command.of("cat")));
        assertEquals("printf abc | tr a-z A-Z | rev | cat | cat", result.toString());
        assertEquals("CBA", supervisor.run(result).orThrow().stdout().strip());
    }

    @Test
    void rulesAreThoseOfTheFirstOrAreSetOnTheWhole() throws Exception {
        Command sleep = Command.of("sleep", "60");
        assertEquals(
                Cause.TIMED_OUT,
                supervisor
                        .run(sleep.timeout(Duration.ofMillis(100)).pipeTo(sleep))
                        .cause());
        assertEquals(
                Cause.TIMED_OUT,
                supervisor
                        .run(sleep.pipeTo(sleep).timeout(Duration.ofMillis(100)))
                        .cause());
        assertEquals(
                Cause.EXITED,
                supervisor
                        .run(Command.of("true")
                                .pipeTo(Command.of("sleep", "0.3").timeout(Duration.ofMillis(10))))
                        .cause());
    }

    @Test
    void stopPlanIsForAllOfThem() throws Exception {
        Command polite = Command.shell("trap 'exit 4' TERM; echo >&2; while :; do sleep 0.05; done");
        List<String> ready = new java.util.concurrent.CopyOnWriteArrayList<>();
        Command part = polite.stderr(Output.lines(ready::add));
        Child child = supervisor.start(part.pipeTo(part)
                .pipeTo(part)
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(20))
                        .kill()));
        dev.leash.support.Eventually.eventually("all are ready", () -> ready.size() == 3);
        child.stop();
        Result result = child.await();
        assertEquals(Cause.CANCELLED, result.cause());
        assertTrue(result.stages().stream().allMatch(stage -> stage.status().equals(new ExitStatus.Exited(4))));
        assertEquals(1, result.stopSteps().size());
    }

    @Test
    void outputLimitOfThePipelineCountsWhatPassesThroughHere() throws Exception {
        Result result =
                supervisor.run(Command.of("yes").pipeTo(Command.of("cat")).outputLimit(100_000));
        assertEquals(Cause.OUTPUT_LIMIT, result.cause());
        Result counted = supervisor.run(Command.of("head", "-c", "1000000", "/dev/zero")
                .pipeTo(Command.of("wc", "-c"))
                .outputLimit(100));
        assertEquals("1000000\n", counted.orThrow().stdout(), "what goes from one to the next does not count");
    }

    @Test
    void fiftyPipelinesAtOnceDoNotMixUpTheirBytes() throws Exception {
        Command cat = Command.of("cat");
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            children.add(supervisor.start(cat.stdin(Stdin.bytes(TestData.random(200_000 + i, i)))
                    .pipeTo(cat)
                    .pipeTo(cat)
                    .pipeTo(Command.shell("cat; exit " + i))));
        }
        for (int i = 0; i < 50; i++) {
            Result result = children.get(i).await();
            assertEquals(new ExitStatus.Exited(i), result.status());
            assertEquals(TestData.sum(TestData.random(200_000 + i, i)), TestData.sum(result.stdoutBytes()));
        }
    }

    @Test
    void pipelineHasNoTerminal() {
        Command cat = Command.of("cat");
        assertThrows(IllegalStateException.class, () -> cat.terminal(80, 24).pipeTo(cat));
        assertThrows(IllegalStateException.class, () -> cat.pipeTo(cat.terminal(80, 24)));
        assertThrows(IllegalStateException.class, () -> cat.pipeTo(cat).terminal(80, 24));
    }
}
