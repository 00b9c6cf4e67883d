package dev.leash.results;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Histogram;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.SupervisorStats;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a supervisor counts. */
@Timeout(60)
class StatsTest extends RunsCommands {
    @Test
    void aNewSupervisorHasDoneNothing() {
        SupervisorStats stats = supervisor.stats();
        assertEquals(0, stats.live());
        assertEquals(0, stats.started());
        assertEquals(0, stats.failedStarts());
        assertEquals(0, stats.timedOut());
        assertEquals(0, stats.bytesRead());
        assertEquals(0, stats.bytesWritten());
    }

    @Test
    void runsAreCounted() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < 5; index++) {
            children.add(start(Command.of("sleep", "60")));
        }
        eventually("all are live", () -> supervisor.stats().live() == 5);
        children.forEach(Child::kill);
        for (Child child : children) {
            child.await();
        }
        run(Command.of("sleep", "60").timeout(millis(10)));
        run(sh("exit 3"));
        assertThrows(SpawnException.class, () -> start(Command.of("no-such-program")));
        assertThrows(SpawnException.class, () -> start(Command.of("echo", "a\0b")), "which the kernel never sees");
        SupervisorStats stats = supervisor.stats();
        assertEquals(0, stats.live());
        assertEquals(7, stats.started());
        assertEquals(2, stats.failedStarts());
        assertEquals(1, stats.timedOut());
    }

    @Test
    void bytesOfEveryWayInAndOutAreCounted() throws Exception {
        byte[] data = new byte[300_000];
        run(Command.of("cat").stdin(Stdin.bytes(data)));
        assertEquals(300_000, supervisor.stats().bytesRead());
        assertEquals(300_000, supervisor.stats().bytesWritten());
        Child child = start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.pipe()));
        child.stdin().write(data);
        assertEquals(300_000, child.stdout().readNBytes(300_000).length);
        child.stdin().close();
        child.await();
        run(sh("echo four; echo five >&2").stdout(Output.onLoop(bytes -> {})).stderr(Output.lines(line -> {})));
        assertEquals(600_010, supervisor.stats().bytesRead());
        assertEquals(600_000, supervisor.stats().bytesWritten());
        run(sh("echo nothing of it").stdout(Output.discard()));
        assertEquals(600_010, supervisor.stats().bytesRead());
    }

    /** What is taken out of the pipe when the run gives it up. */
    @Test
    void theLastBytesAreCountedToo() throws Exception {
        Result result = run(escaping("echo GO").drainTime(millis(50)));
        assertEquals("GO\n", result.stdout());
        assertEquals(3, supervisor.stats().bytesRead());
        killEscaped();
    }

    /** One turn may handle all that happens in a run: output, its end and the exit. So the other turns are of other runs. */
    @Test
    void aHandlerThatHoldsUpTheLoopShowsInItsLag() throws Exception {
        for (int index = 0; index < 5; index++) {
            run(Command.of("true"));
        }
        long turnsBefore = supervisor.stats().loopLag().count();
        Duration hold = supervisor.stats().loopLag().max().plusMillis(50);
        run(sh("echo x").stdout(Output.onLoop(bytes -> {
            try {
                Thread.sleep(hold);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        })));
        eventually("the turn is over", () -> supervisor.stats().loopLag().max().compareTo(hold) >= 0);
        Histogram lag = supervisor.stats().loopLag();
        assertTrue(turnsBefore > 0);
        assertTrue(lag.count() > turnsBefore);
        assertTrue(lag.total().compareTo(lag.max()) >= 0);
        assertEquals(lag.max(), lag.quantile(1));
        assertTrue(lag.quantile(0).compareTo(lag.max()) < 0);
    }

    /** While the loop is held up, and does not answer. */
    @Test
    void statsDoNotWaitForTheLoop() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Child child = start(sh("echo x").stdout(Output.onLoop(bytes -> {
            try {
                asked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        })));
        try {
            eventually("it has come to the handler", () -> supervisor.stats().bytesRead() == 2);
        } finally {
            asked.countDown();
        }
        assertTrue(child.await().succeeded());
    }

    @Test
    void statsOutliveTheSupervisor() throws Exception {
        run(sh("echo x"));
        supervisor.close();
        assertEquals(1, supervisor.stats().started());
        assertEquals(2, supervisor.stats().bytesRead());
    }

    @Test
    void quantilesAreBoundsOfClassesAndNeverMoreThanTheMost() {
        Histogram histogram = new Histogram(
                List.of(bucket(1, 50), bucket(2, 0), bucket(4, 49), bucket(8, 1)),
                Duration.ofMillis(200),
                Duration.ofMillis(5));
        assertEquals(100, histogram.count());
        assertEquals(millis(1), histogram.quantile(0));
        assertEquals(millis(1), histogram.quantile(0.5));
        assertEquals(millis(4), histogram.quantile(0.51));
        assertEquals(millis(4), histogram.quantile(0.99));
        assertEquals(millis(5), histogram.quantile(1));
        assertThrows(IllegalArgumentException.class, () -> histogram.quantile(1.1));
        assertThrows(IllegalArgumentException.class, () -> histogram.quantile(Double.NaN));
        assertEquals(Duration.ZERO, new Histogram(List.of(), Duration.ZERO, Duration.ZERO).quantile(0.5));
    }

    private static Histogram.Bucket bucket(long millis, long count) {
        return new Histogram.Bucket(millis(millis), count);
    }
}
