package dev.leash.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Counter;
import dev.leash.ExitStatus;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BenchTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static Supervisor supervisor;

    @TempDir
    Path folder;

    @BeforeAll
    static void create() throws IOException {
        supervisor = Supervisor.create();
    }

    @AfterAll
    static void close() {
        supervisor.close();
    }

    /** A command that adds a line to the journal. */
    private Command note(String line) {
        return Command.of(
                "sh", "-c", "echo \"$1\" >>\"$2\"", "sh", line, journal().toString());
    }

    private Path journal() {
        return folder.resolve("journal");
    }

    private List<String> notes() throws IOException {
        return Files.exists(journal()) ? Files.readAllLines(journal()) : List.of();
    }

    private Variant noting(String name) {
        return Variant.of(name, note(name + " run"))
                .setup(note(name + " setup"))
                .prepare(note(name + " prepare"))
                .conclude(note(name + " conclude"))
                .cleanup(note(name + " cleanup"));
    }

    @Test
    void everyRoundHasEveryVariantOnceAndTheSeedRepeatsIt() throws Exception {
        Bench bench = Bench.of(Command.of("true"), Command.of("sleep", "0"), Command.of("test", "x"))
                .runs(5)
                .warmup(1)
                .seed(4711);
        BenchReport report = bench.run(supervisor);
        assertEquals(15, report.runs().size());
        for (int round = 0; round < 5; round++) {
            Set<Integer> variants = new HashSet<>();
            for (Measurement run : report.runs().subList(3 * round, 3 * round + 3)) {
                assertEquals(round, run.round());
                variants.add(run.variant());
                assertTrue(run.succeeded());
            }
            assertEquals(Set.of(0, 1, 2), variants);
        }
        assertEquals(order(report), order(bench.run(supervisor)));
        assertEquals(4711, report.seed());
        assertTrue(report.overhead().orElseThrow().median() > 0);
        for (int at = 1; at < report.runs().size(); at++) {
            assertTrue(report.runs()
                            .get(at)
                            .start()
                            .compareTo(report.runs().get(at - 1).start())
                    > 0);
        }
    }

    private static List<Integer> order(BenchReport report) {
        return report.runs().stream().map(Measurement::variant).toList();
    }

    @Test
    void slowerOneIsFoundSlower() throws Exception {
        BenchReport report = Bench.of(Command.of("sleep", "0.01"), Command.of("sleep", "0.05"))
                .runs(12)
                .run(supervisor);
        Comparison comparison = report.comparison(1, Metric.WALL).orElseThrow();
        assertTrue(comparison.differs(), comparison::toString);
        assertTrue(comparison.interval().orElseThrow().low() > 1, comparison::toString);
        assertTrue(report.summary(1, Metric.WALL).orElseThrow().min() >= 0.05);
        assertTrue(report.comparison(0, Metric.WALL).isEmpty(), "the reference is not compared with itself");
        assertEquals(12, report.values(1, Metric.CPU).length);
    }

    @Test
    void stagesHaveTheirOrder() throws Exception {
        BenchReport report = Bench.of(noting("a")).warmup(1).runs(2).noop(null).run(supervisor);
        List<String> once = List.of("a prepare", "a run", "a conclude");
        List<String> expected = new ArrayList<>(List.of("a setup"));
        for (int time = 0; time < 3; time++) {
            expected.addAll(once);
        }
        expected.add("a cleanup");
        assertEquals(expected, notes());
        assertTrue(report.overhead().isEmpty());
    }

    @Test
    void failureEndsTheBenchAndIsCleanedUp() throws Exception {
        Variant bad = Variant.of("bad", Command.of("sh", "-c", "echo oh no >&2; exit 3"))
                .conclude(note("bad conclude"))
                .cleanup(note("bad cleanup"));
        BenchException e =
                assertThrows(BenchException.class, () -> Bench.of(bad).runs(3).run(supervisor));
        assertEquals(Stage.RUN, e.stage());
        assertEquals("bad", e.variant());
        assertTrue(e.getMessage().contains("exit code 3") && e.getMessage().contains("oh no"), e::getMessage);
        assertEquals(List.of("bad conclude", "bad cleanup"), notes());
    }

    @Test
    void failuresCanBeIgnoredAndAreCounted() throws Exception {
        BenchReport report = Bench.of(Command.of("false"), Command.of("true"))
                .runs(3)
                .ignoreFailures(true)
                .run(supervisor);
        assertEquals(3, report.failures(0));
        assertEquals(0, report.failures(1));
        assertEquals(new ExitStatus.Exited(1), report.runs(0).getFirst().status());
    }

    @Test
    void hungVariantIsEndedWithItsTreeAndReported() throws Exception {
        Path pid = folder.resolve("pid");
        Command hangs = Command.of("sh", "-c", "sleep 1000 & echo $! >\"$1\"; wait", "sh", pid.toString())
                .timeout(Duration.ofMillis(500));
        BenchException e =
                assertThrows(BenchException.class, () -> Bench.of(hangs).runs(1).run(supervisor));
        assertEquals(Cause.TIMED_OUT, e.result().orElseThrow().cause());
        assertTrue(e.getMessage().contains("timed out"), e::getMessage);
        long sleeper = Long.parseLong(Files.readString(pid).strip());
        Eventually.eventually("nothing is left", () -> ProcessHandle.of(sleeper).isEmpty());

        BenchReport report = Bench.of(hangs).runs(2).ignoreFailures(true).run(supervisor);
        assertEquals(2, report.failures(0));
        assertEquals(Cause.TIMED_OUT, report.runs().getFirst().cause());
        assertTrue(report.summary(0, Metric.WALL).orElseThrow().min() >= 0.5);
    }

    @Test
    void programThatCannotBeStartedIsNamed() throws Exception {
        Variant absent = Variant.of("absent", Command.of("no-such-program")).cleanup(note("cleanup"));
        BenchException e = assertThrows(
                BenchException.class,
                () -> Bench.of(absent).ignoreFailures(true).run(supervisor));
        assertInstanceOf(SpawnException.class, e.getCause());
        assertTrue(e.getMessage().startsWith("'absent' could not be started"), e::getMessage);
        assertEquals(List.of("cleanup"), notes());
    }

    @Test
    void failedSetupMeasuresNothingAndEachCleanupIsTried() throws Exception {
        Variant first = noting("a").cleanup(Command.of("false"));
        Variant second = noting("b").setup(Command.of("false"));
        BenchException e = assertThrows(
                BenchException.class, () -> Bench.of(first, second).runs(1).run(supervisor));
        assertEquals(Stage.SETUP, e.stage());
        assertEquals("b", e.variant());
        assertEquals(List.of("a setup", "b cleanup"), notes());
        assertInstanceOf(BenchException.class, e.getSuppressed()[0]);
    }

    @Test
    void interruptEndsWhatRunsAndCleansUp() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Variant slow = Variant.of("slow", Command.of("sleep", "1000")).cleanup(note("cleanup"));
        Thread thread = new Thread(() -> {
            try {
                BenchReport ignored = Bench.of(slow)
                        .noop(null)
                        .listener(new BenchListener() {
                            @Override
                            public void begins(Stage stage, Variant variant, int round, int rounds) {
                                runs.countDown();
                            }
                        })
                        .run(supervisor);
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        thread.start();
        runs.await();
        thread.interrupt();
        thread.join();
        assertInstanceOf(InterruptedException.class, thrown.get());
        assertEquals(List.of("cleanup"), notes());
    }

    @Test
    void interruptBetweenTwoRunsDoesNotKeepWhatConcludesFromRunning() throws Exception {
        Bench bench = Bench.of(noting("a"), noting("b")).noop(null).runs(1).listener(new BenchListener() {
            @Override
            public void measured(Variant variant, Measurement measurement) {
                Thread.currentThread().interrupt();
            }
        });
        assertThrows(InterruptedException.class, () -> bench.run(supervisor));
        assertFalse(Thread.interrupted(), "it is told once");
        List<String> notes = notes();
        String first = notes.get(2).substring(0, 1);
        assertEquals(
                List.of(
                        "a setup",
                        "b setup",
                        first + " prepare",
                        first + " run",
                        first + " conclude",
                        "a cleanup",
                        "b cleanup"),
                notes);
    }

    @Test
    void timeOfARunThatTimesOutIsItsTimeout() throws Exception {
        Command stubborn = Command.of("sh", "-c", "trap '' TERM; while :; do sleep 0.05; done")
                .stopPlan(
                        StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(1)).kill())
                .timeout(Duration.ofMillis(200));
        BenchReport report =
                Bench.of(stubborn).noop(null).runs(1).ignoreFailures(true).run(supervisor);
        assertEquals(Cause.TIMED_OUT, report.runs().getFirst().cause());
        double wall = report.values(0, Metric.WALL)[0];
        assertTrue(wall >= 0.2 && wall < 1, () -> wall + " s");
    }

    @Test
    void countersAreMetrics() throws Exception {
        Metric faults = Metric.of(Counter.PAGE_FAULTS);
        assertEquals(faults, Metric.named("page-faults").orElseThrow());
        BenchReport report =
                Bench.of(Command.of("true")).runs(2).metrics(faults).run(supervisor);
        assertEquals(faults, report.primary());
        boolean counted = report.values(0, faults).length == 2;
        assertEquals(!counted, report.unavailable().containsKey(faults), report.unavailable()::toString);
        if (counted) {
            assertTrue(report.summary(0, faults).orElseThrow().min() > 1);
        }
    }

    @Test
    void whatIsNotAvailableIsSaidAndNeverZero() throws Exception {
        BenchReport report =
                Bench.of(Command.of("true")).runs(2).metrics(Metric.MEMORY).run(supervisor);
        assertTrue(report.summary(0, Metric.MEMORY).isEmpty());
        assertTrue(report.unavailable().get(Metric.MEMORY).contains("cgroup"));
    }

    @Test
    void roundsGoOnForTheMinimalTimeOfEachVariant() throws Exception {
        BenchReport report = Bench.of(Command.of("sleep", "0.02"), Command.of("sleep", "0.1"))
                .runs(2, 1000)
                .minTime(Duration.ofMillis(200))
                .run(supervisor);
        int rounds = report.runs(0).size();
        assertTrue(rounds >= 3 && rounds <= 10, "each takes 20 ms and a bit, not " + rounds);
        assertEquals(rounds, report.runs(1).size());
        BenchReport few = Bench.of(Command.of("true")).runs(1, 2).run(supervisor);
        assertEquals(2, few.runs().size());
        assertFalse(few.wallTime().isNegative());
    }
}
