package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The idle timeout: no output for so long. */
@Timeout(60)
class IdleTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void childWithoutOutputIsEnded() throws Exception {
        Child child = supervisor.start(Command.shell("echo x; exec sleep 60").idleTimeout(Duration.ofSeconds(4)));
        Result result = child.await();
        assertEquals(Cause.IDLE, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.KILL, false), result.status());
        assertEquals("x\n", result.stdout());
        assertTrue(result.outputComplete());
        assertFalse(ProcScan.alive(child.pid()));
        assertTrue(result.wallTime().compareTo(Duration.ofSeconds(4)) >= 0);
        assertTrue(result.toString().contains("no output for 4s"), result::toString);
        assertThrows(RunFailedException.class, result::orThrow);
    }

    @Test
    void outputOnAnyStreamPutsItOff() throws Exception {
        // 4.2 s in all, and never more than 0.2 s without a word.
        Result result = supervisor.run(Command.shell(
                        "for i in 1 2 3 4 5 6 7; do sleep 0.2; echo $i; sleep 0.2; echo $i >&2; sleep 0.2; echo $i >&5; done")
                .output(5, Output.onLoop(bytes -> {}))
                .idleTimeout(Duration.ofSeconds(4)));
        assertEquals(Cause.EXITED, result.cause());
        assertTrue(result.wallTime().compareTo(Duration.ofMillis(4_200)) >= 0);
    }

    @Test
    void whatWasWrittenBeforeIsDelivered() throws Exception {
        Result result = supervisor.run(Command.shell("while :; do head -c 65536 /dev/zero; sleep 0.2; done")
                .timeout(Duration.ofSeconds(3))
                .idleTimeout(Duration.ofSeconds(30)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertTrue(result.stdoutBytes().length >= 65_536);
        assertTrue(result.outputComplete());
    }

    @Test
    void timeInWhichAReaderHoldsTheChildBackDoesNotCount() throws Exception {
        Child child = supervisor.start(Command.of("head", "-c", "1000000", "/dev/zero")
                .stdout(Output.pipe())
                .idleTimeout(Duration.ofSeconds(2)));
        InputStream stdout = child.stdout();
        assertEquals(0, stdout.read());
        assertTrue(child.await(Duration.ofSeconds(3)).isEmpty(), "it would write if it could");
        assertEquals(999_999, stdout.readAllBytes().length);
        assertEquals(Cause.EXITED, child.await().cause());
    }

    @Test
    void consumerThatTakesItsTimeDoesNotMakeItsChildIdle() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<String> lines = new ArrayList<>();
        Child child = supervisor.start(Command.of("seq", "200000")
                .stdout(Output.lines(line -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    lines.add(line);
                }))
                .idleTimeout(Duration.ofSeconds(2)));
        assertTrue(child.await(Duration.ofSeconds(3)).isEmpty());
        go.countDown();
        assertEquals(Cause.EXITED, child.await().cause());
        assertEquals(200_000, lines.size());
    }

    /** The time is up while the loop is held up, so that what the child has written is there, and nobody has read it. */
    @Test
    void childIsNotIdleBecauseTheLoopIsHeldUp() throws Exception {
        Child writes = supervisor.start(
                Command.shell("while :; do echo x; sleep 0.1; done").idleTimeout(Duration.ofSeconds(3)));
        Result holder = supervisor
                .start(Command.of("echo").stdout(Output.onLoop(bytes -> sleep(Duration.ofSeconds(4)))))
                .await();
        assertTrue(holder.wallTime().compareTo(Duration.ofSeconds(4)) >= 0);
        assertTrue(writes.isRunning());
        writes.stop();
        assertEquals(Cause.CANCELLED, writes.await().cause());
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void childThatIsNotReadAndWritesNothingIsIdle() throws Exception {
        Child child =
                supervisor.start(Command.of("sleep", "60").stdout(Output.pipe()).idleTimeout(Duration.ofMillis(200)));
        assertEquals(Cause.IDLE, child.await().cause());
    }

    @Test
    void deadlineAndIdleTimeoutAreTwoThings() throws Exception {
        assertEquals(
                Cause.TIMED_OUT,
                supervisor
                        .run(Command.of("sleep", "60")
                                .timeout(Duration.ofMillis(200))
                                .idleTimeout(Duration.ofSeconds(20)))
                        .cause());
        assertEquals(
                Cause.IDLE,
                supervisor
                        .run(Command.of("sleep", "60")
                                .timeout(Duration.ofSeconds(20))
                                .idleTimeout(Duration.ofMillis(200)))
                        .cause());
        assertEquals(
                Cause.TIMED_OUT,
                supervisor
                        .run(Command.of("yes")
                                .stdout(Output.captureTail(10))
                                .timeout(Duration.ofSeconds(4))
                                .idleTimeout(Duration.ofSeconds(3)))
                        .cause());
    }

    @Test
    void stopPlanIsUsedAndOutputDuringItDoesNotBringTheChildBack() throws Exception {
        List<String> lines = new ArrayList<>();
        Result result = supervisor.run(Command.shell("trap 'echo bye; exit 6' TERM; while :; do sleep 0.02; done")
                .stdout(Output.lines(lines::add))
                .idleTimeout(Duration.ofSeconds(2))
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(20))
                        .kill()));
        assertEquals(Cause.IDLE, result.cause());
        assertEquals(new ExitStatus.Exited(6), result.status());
        assertEquals(List.of("bye"), lines);
    }

    @Test
    void isRefusedWhereNoOutputCanBeSeen() throws Exception {
        Command blind = Command.of("true")
                .stdout(Output.discard())
                .stderr(Output.inherit())
                .idleTimeout(Duration.ofSeconds(1));
        assertThrows(IllegalArgumentException.class, () -> supervisor.run(blind));
        assertTrue(supervisor
                .run(blind.output(3, Output.capture()).idleTimeout(Duration.ofSeconds(30)))
                .succeeded());
        // The output of the first goes to the second, and that of the second to nobody.
        Command pipeline = Command.of("echo")
                .stderr(Output.discard())
                .pipeTo(Command.of("cat").stdout(Output.discard()).stderr(Output.discard()));
        assertThrows(IllegalArgumentException.class, () -> supervisor.run(pipeline.idleTimeout(Duration.ofSeconds(1))));
    }

    @Test
    void limitsAreChecked() {
        Command command = Command.of("true");
        assertThrows(IllegalArgumentException.class, () -> command.idleTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> command.idleTimeout(Duration.ofMillis(-1)));
        assertThrows(NullPointerException.class, () -> command.idleTimeout(null));
    }

    @Test
    void hugeIdleTimeoutIsForEver() throws Exception {
        assertTrue(supervisor
                .run(Command.of("true").idleTimeout(Duration.ofSeconds(Long.MAX_VALUE)))
                .succeeded());
        Child child = supervisor.start(Command.of("sleep", "60").idleTimeout(Duration.ofSeconds(Long.MAX_VALUE)));
        eventually("it runs", () -> ProcScan.alive(child.pid()));
        child.kill();
        assertEquals(Cause.CANCELLED, child.await().cause());
    }
}
