package dev.leash.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.VirtualThreads;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is still written after the program's exit, and who holds the pipe then. */
@Timeout(60)
class DrainTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();
    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
        for (ProcScan.Info left : ProcScan.withMarker(marker)) {
            ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
        VirtualThreads.assertNoneOfLeash();
    }

    /** Has {@code program} leave the group, and goes on when it has. */
    private static String escaping(String program) {
        return "setsid " + program + " & until [ \"$(cut -d ' ' -f 6 /proc/$!/stat)\" = $! ]; do sleep 0.01; done;"
                + " while [ \"$(cat /proc/$!/comm)\" = setsid ]; do sleep 0.01; done; ";
    }

    private Command shell(String script) {
        return Command.shell(script).env(ProcScan.MARKER_VARIABLE, marker);
    }

    @Test
    void stragglerThatMayLiveIsHeardWithinTheDrainTime() throws Exception {
        Command command = shell("echo early; (sleep 0.3; echo late) &")
                .stragglers(StragglerPolicy.LEAVE)
                .drainTime(Duration.ofSeconds(20));
        Result captured = supervisor.run(command).orThrow();
        assertEquals("early\nlate\n", captured.stdout());
        assertTrue(captured.outputComplete());
        List<String> lines = new ArrayList<>();
        assertTrue(supervisor.run(command.stdout(Output.lines(lines::add))).outputComplete());
        assertEquals(List.of("early", "late"), lines);
        Child child = supervisor.start(command.stdout(Output.pipe()));
        assertEquals("early\nlate\n", new String(child.stdout().readAllBytes(), UTF_8));
        assertTrue(child.await().outputComplete());
    }

    @Test
    void whoLeavesTheGroupWithThePipeIsNamedAndNotWaitedFor() throws Exception {
        long before = System.nanoTime();
        Result result =
                supervisor.run(shell(escaping("sleep 60") + "echo GO; exit 0").drainTime(Duration.ofSeconds(4)));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Exited(0), result.status());
        assertEquals("GO\n", result.stdout());
        assertFalse(result.outputComplete());
        assertTrue(took.compareTo(Duration.ofSeconds(4)) >= 0, took::toString);
        assertTrue(took.compareTo(Duration.ofSeconds(20)) < 0, took::toString);
        ProcScan.Info escaped = ProcScan.withMarker(marker).getFirst();
        assertEquals(Map.of(escaped.pid(), "sleep"), result.pipeHolders());
    }

    @Test
    void everyKindOfReaderIsGivenTheEndWhenThePipeIsGivenUp() throws Exception {
        Command command = shell(escaping("sleep 60") + "echo GO").drainTime(Duration.ofSeconds(4));
        List<String> lines = new ArrayList<>();
        Result consumed = supervisor.run(command.stdout(Output.lines(lines::add)));
        assertEquals(List.of("GO"), lines);
        assertFalse(consumed.outputComplete());
        StringBuilder handled = new StringBuilder();
        Result onLoop = supervisor.run(command.stdout(Output.onLoop(bytes -> handled.append(UTF_8.decode(bytes)))));
        assertEquals("GO\n", handled.toString());
        assertFalse(onLoop.outputComplete());
        Child child = supervisor.start(command.stdout(Output.pipe()));
        InputStream stdout = child.stdout();
        assertEquals("GO\n", new String(stdout.readAllBytes(), UTF_8));
        Result piped = child.await();
        assertFalse(piped.outputComplete());
        assertFalse(piped.pipeHolders().isEmpty());
    }

    @Test
    void deadlineHoldsThoughSomebodyWhoEscapedHoldsThePipes() throws Exception {
        long before = System.nanoTime();
        Result result = supervisor.run(shell("(setsid sh -c 'while :; do echo x; sleep 0.05; done' &); exec sleep 60")
                .timeout(Duration.ofSeconds(3))
                .drainTime(Duration.ofSeconds(4)));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertFalse(result.outputComplete());
        assertTrue(result.stdout().startsWith("x\n"), result::stdout);
        assertTrue(took.compareTo(Duration.ofSeconds(25)) < 0, took::toString);
        assertFalse(result.pipeHolders().isEmpty());
    }

    @Test
    void floodOfSomebodyWhoEscapedIsBoundedToo() throws Exception {
        Result result = supervisor.run(
                shell(escaping("yes") + ":").stdout(Output.captureTail(10)).drainTime(Duration.ofMillis(300)));
        assertEquals(Cause.EXITED, result.cause());
        assertFalse(result.outputComplete());
        // A pipe that nobody reads any more is a broken one: it dies of that.
        dev.leash.support.Eventually.eventually(
                "the flood ends", () -> ProcScan.withMarker(marker).isEmpty());
    }

    @Test
    void noPipeIsHeldWhereEverythingIsRead() throws Exception {
        Result result = supervisor.run(shell("sleep 60 & echo GO"));
        assertTrue(result.outputComplete());
        assertEquals(Map.of(), result.pipeHolders());
        assertEquals(1, result.stragglersKilled());
    }

    /** The reader has gone: nothing is left to be drained, whoever holds the other end. */
    @Test
    void readerWhoClosesDuringTheDrainEndsIt() throws Exception {
        Child child = supervisor.start(shell(escaping("sleep 60") + "echo GO")
                .stdout(Output.pipe())
                .stderr(Output.discard())
                .drainTime(Duration.ofSeconds(40)));
        InputStream stdout = child.stdout();
        assertEquals("GO\n", new String(stdout.readNBytes(3), UTF_8));
        dev.leash.support.Eventually.eventually("the program has exited", () -> !ProcScan.alive(child.pid()));
        stdout.close();
        assertTrue(child.await(Duration.ofSeconds(20)).isPresent());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoeverWantsTheRunToEndDuringTheDrainEndsIt(boolean byClosing) throws Exception {
        Child child =
                supervisor.start(shell(escaping("sleep 60") + "echo GO; exit 3").drainTime(Duration.ofSeconds(50)));
        dev.leash.support.Eventually.eventually("the program has exited", () -> !ProcScan.alive(child.pid()));
        long before = System.nanoTime();
        if (byClosing) {
            supervisor.close();
        } else {
            child.stop();
        }
        Result result = child.await(Duration.ofSeconds(20)).orElseThrow();
        assertTrue(System.nanoTime() - before < Duration.ofSeconds(20).toNanos());
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(new ExitStatus.Exited(3), result.status());
        assertEquals("GO\n", result.stdout());
        assertFalse(result.outputComplete());
        assertEquals(List.of(), result.stopSteps());
    }

    /** Nobody holds the pipe, so that nothing is given up: all that was written is there. */
    @Test
    void stopAtTheExitLosesNoByte() throws Exception {
        for (int round = 0; round < 200; round++) {
            Child child = supervisor.start(shell("head -c 60000 /dev/zero")
                    .stopPlan(StopPlan.signal(Signal.TERM)
                            .then(Duration.ofSeconds(20))
                            .kill()));
            while (ProcScan.alive(child.pid())) {
                Thread.onSpinWait();
            }
            child.stop();
            child.stop();
            Result result = child.await();
            assertTrue(result.outputComplete(), result::toString);
            assertEquals(60_000, result.stdoutBytes().length);
        }
    }

    @Test
    void zeroDrainTimeTakesWhatIsThere() throws Exception {
        for (int i = 0; i < 100; i++) {
            Result result = supervisor.run(Command.of("echo", "hello").drainTime(Duration.ZERO));
            assertEquals("hello\n", result.stdout());
            assertEquals(Cause.EXITED, result.cause());
        }
        Result held = supervisor.run(shell(escaping("sleep 60") + "echo GO").drainTime(Duration.ZERO));
        assertEquals("GO\n", held.stdout());
        assertFalse(held.outputComplete());
    }
}
