package dev.leash.internal.access;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.support.RunsCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scheduler of batches, with a source that has nothing for a while. A task here is a line for the shell. */
@Timeout(60)
class ScheduleTest extends RunsCommands {
    @TempDir
    Path temp;

    /** Has what other threads add. */
    private final class Lines implements Schedule.Source<String> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private volatile boolean last;
        private StopPlan plan = StopPlan.kill();

        @Override
        public @Nullable String next() {
            String line = lines.poll();
            if ("throw".equals(line)) {
                throw new ArithmeticException(line);
            }
            return line;
        }

        @Override
        public boolean hasEnded() {
            return last && lines.isEmpty();
        }

        @Override
        public Command command(String line) {
            return marked(line.startsWith("/") ? Command.of(line) : sh(line).directory(temp))
                    .stopPlan(plan);
        }
    }

    private final Lines source = new Lines();

    private Schedule<String> schedule(int parallelism) {
        return new Schedule<>(supervisor, parallelism, source);
    }

    private static Schedule.End<String> end(Schedule<String> schedule) throws InterruptedException {
        Schedule.End<String> end = schedule.next();
        assertNotNull(end);
        return end;
    }

    private static Result result(Schedule.End<String> end) {
        Result result = end.result();
        assertNotNull(result, end::toString);
        return checked(result);
    }

    private static String waitsFor(String file) {
        return "until [ -e " + file + " ]; do sleep 0.01; done";
    }

    private void add(Schedule<String> schedule, String... lines) {
        source.lines.addAll(List.of(lines));
        schedule.wake();
    }

    @Test
    void anEndIsDeliveredWhileTheSourceHasNothing() throws Exception {
        Schedule<String> schedule = schedule(2);
        add(schedule, "exit 3");
        assertExited(3, result(end(schedule)));
        add(schedule, waitsFor("go"), "exit 4");
        assertEquals("exit 4", end(schedule).task(), "in the order of the ends");
        Files.createFile(temp.resolve("go"));
        assertExited(0, result(end(schedule)));
        source.last = true;
        assertNull(schedule.next());
    }

    @Test
    void aTaskThatComesLaterIsStartedAtOnceWhileOthersRun() throws Exception {
        Schedule<String> schedule = schedule(2);
        add(schedule, waitsFor("go"));
        FutureTask<Set<String>> owner = new FutureTask<>(() -> {
            String first = end(schedule).task();
            return Set.of(first, end(schedule).task());
        });
        Thread.ofVirtual().start(owner);
        eventually("the first runs", () -> !alive().isEmpty());
        add(schedule, ": >go");
        assertEquals(Set.of(waitsFor("go"), ": >go"), owner.get());
        source.last = true;
        assertNull(schedule.next());
    }

    @Test
    void theEndOfTheSourceIsSeenThoughNothingRuns() throws Exception {
        Schedule<String> schedule = schedule(1);
        FutureTask<Schedule.@Nullable End<String>> owner = new FutureTask<>(schedule::next);
        Thread thread = Thread.ofPlatform().start(owner);
        eventually("it waits", () -> thread.getState() == Thread.State.WAITING);
        source.last = true;
        schedule.wake();
        assertNull(owner.get());
    }

    @Test
    void aTaskThatIsToRunAgainComesBeforeOthers() throws Exception {
        Schedule<String> schedule = schedule(1);
        add(schedule, "echo x >>log; exit 1", "echo y >>log");
        for (int attempt = 0; attempt < 3; attempt++) {
            Schedule.End<String> end = end(schedule);
            assertExited(1, result(end));
            if (attempt < 2) {
                schedule.again(end.task());
            }
        }
        assertExited(0, result(end(schedule)));
        assertEquals("x\nx\nx\ny\n", Files.readString(temp.resolve("log")));
        source.last = true;
        assertNull(schedule.next());
    }

    @Test
    void aFailedStartIsAnEnd() throws Exception {
        Schedule<String> schedule = schedule(1);
        add(schedule, "/no/such/program");
        SpawnException failure =
                assertInstanceOf(SpawnException.class, end(schedule).failure());
        assertEquals(SpawnException.Kind.NOT_FOUND, failure.kind());
        schedule.finish();
        assertNull(schedule.next());
    }

    @Test
    void afterFinishWhatRunsGoesOnAndWhatWaitsIsNotStarted() throws Exception {
        Schedule<String> schedule = schedule(1);
        add(schedule, "exit 5", "exit 6");
        Schedule.End<String> first = end(schedule);
        schedule.again(first.task());
        schedule.finish();
        Schedule.End<String> again = end(schedule);
        assertEquals("exit 5", again.task(), "each task comes to an end");
        assertFalse(again.wasTried());
        assertNull(schedule.next(), "the other one was not taken");

        Schedule<String> another = schedule(1);
        add(another, waitsFor("go"));
        FutureTask<Schedule.End<String>> owner = new FutureTask<>(() -> end(another));
        source.lines.remove("exit 6");
        Thread.ofVirtual().start(owner);
        eventually("it runs", () -> !alive().isEmpty());
        another.finish();
        Files.createFile(temp.resolve("go"));
        assertExited(0, result(owner.get()));
    }

    @Test
    void aStopEndsEachByItsPlanAndASecondOneKills() throws Exception {
        source.plan = StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(40)).kill();
        Schedule<String> schedule = schedule(2);
        String polite = "trap 'exit 9' TERM; : >up1; while :; do sleep 0.01; done";
        String deaf = "trap ': >told' TERM; : >up2; while :; do sleep 0.01; done";
        add(schedule, polite, deaf, "never");
        FutureTask<Schedule.End<String>> first = new FutureTask<>(() -> end(schedule));
        FutureTask<Schedule.End<String>> second = new FutureTask<>(() -> end(schedule));
        FutureTask<Schedule.@Nullable End<String>> none = new FutureTask<>(schedule::next);
        Thread.ofVirtual().start(() -> List.of(first, second, none).forEach(FutureTask::run));
        eventually("both run", () -> Files.exists(temp.resolve("up1")) && Files.exists(temp.resolve("up2")));
        assertTrue(schedule.stop());
        assertEquals(polite, first.get().task());
        assertEquals(Cause.CANCELLED, result(first.get()).cause());
        eventually("the other one was told", () -> Files.exists(temp.resolve("told")));
        assertFalse(schedule.stop());
        assertFalse(second.isDone(), "no second plan, no KILL");
        schedule.kill();
        assertEquals(deaf, second.get().task());
        assertEquals(Cause.CANCELLED, result(second.get()).cause());
        assertTrue(killed(result(second.get())));
        assertNull(none.get());
    }

    @Test
    void whatTheSourceThrowsComesAfterTheEnds() throws Exception {
        Schedule<String> schedule = schedule(3);
        add(schedule, "exit 1", "exit 2", "throw", "exit 3");
        assertEquals(Cause.EXITED, result(end(schedule)).cause());
        assertEquals(Cause.EXITED, result(end(schedule)).cause());
        assertEquals(
                "throw", assertThrows(ArithmeticException.class, schedule::next).getMessage());
        assertNull(schedule.next(), "once, and nothing is started after it");
    }

    @Test
    void somethingCanBeDoneToAllThatRun() throws Exception {
        Schedule<String> schedule = schedule(2);
        String trap = "trap 'exit 7' USR1; : >up; while :; do sleep 0.01; done";
        add(schedule, trap);
        FutureTask<Schedule.End<String>> owner = new FutureTask<>(() -> end(schedule));
        Thread.ofVirtual().start(owner);
        eventually("it runs", () -> Files.exists(temp.resolve("up")));
        schedule.forAll(child -> assertTrue(child.signal(Signal.parse("USR1"))));
        Schedule.End<String> end = owner.get();
        assertExited(7, result(end));
        assertSame(trap, end.task());
        schedule.finish();
        assertNull(schedule.next());
    }
}
