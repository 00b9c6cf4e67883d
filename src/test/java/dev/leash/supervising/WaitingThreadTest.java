package dev.leash.supervising;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.StopStepTaken;
import dev.leash.Supervisor;
import dev.leash.support.Children;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A platform thread that waits for its run looks after it itself. */
@Timeout(60)
class WaitingThreadTest extends RunsCommands {
    private static final int THREADS = 16;
    private static final StopPlan STUBBORN =
            StopPlan.signal(Signal.TERM).then(Duration.ofMinutes(10)).kill();

    @Test
    void itsRunAndDeadlineDoNotWaitForALoopThatIsHeldUp() throws Exception {
        HeldLoop loop = new HeldLoop();
        // Not on this thread: it has to let the loop go, also where the run waits for that.
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Result> late =
                    thread.submit(() -> run(sh("sleep 60 & sleep 60").timeout(millis(100))));
            assertTimedOutAndKilled(late.get(20, TimeUnit.SECONDS));
            Future<Result> quick = thread.submit(() -> run(sh("echo y")));
            assertEquals("y\n", quick.get(20, TimeUnit.SECONDS).stdout());
        } finally {
            loop.release();
            thread.close();
        }
        assertExited(0, loop.await());
    }

    @Test
    void moreThreadsThanThereAreLoopsForGetTheirOwnResults() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int task = 0; task < THREADS; task++) {
            String text = "task " + task;
            tasks.add(() -> {
                for (int round = 0; round < 60; round++) {
                    Result result = run(sh("echo " + text + "; echo error of " + text + " >&2; exit " + round));
                    assertExited(round, result);
                    assertEquals(text + "\n", result.stdout());
                    assertEquals("error of " + text + "\n", result.stderr());
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        }
        assertEquals(THREADS * 60, supervisor.stats().started());
        assertEquals(0, supervisor.stats().live());
    }

    /** Which of them drives the run does not matter, and it may be interrupted. */
    @Test
    void threadsThatWaitForTheSameChildGetItsEndThoughSomeAreInterrupted() throws Exception {
        for (int round = 0; round < 30; round++) {
            Child child = start(sh("sleep 60 & sleep 60").stopPlan(STUBBORN));
            List<CompletableFuture<Result>> ends = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int waiter = 0; waiter < 4; waiter++) {
                CompletableFuture<Result> end = new CompletableFuture<>();
                ends.add(end);
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        end.complete(child.await());
                    } catch (InterruptedException e) {
                        end.completeExceptionally(e);
                    }
                }));
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(2_000_000));
            threads.get(0).interrupt();
            threads.get(1).interrupt();
            threads.get(0).join();
            threads.get(1).join();
            assertTrue(child.isRunning());
            child.kill();
            for (int waiter = 2; waiter < 4; waiter++) {
                assertEquals(Cause.CANCELLED, checked(ends.get(waiter).get()).cause());
                threads.get(waiter).join();
            }
        }
    }

    /** The timers of the run were its loop's, which turns no more. */
    @Test
    void planGoesOnWhenTheThreadThatWaitedIsInterrupted() throws Exception {
        Command ignoring = marked(Command.of(Children.path("ignores-term")))
                .stopPlan(StopPlan.signal(Signal.TERM).then(millis(400)).kill());
        Child child = start(ignoring);
        eventually("it has set its trap", () -> sleepers() == 1);
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                child.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        eventually("it drives the run", () -> isDriving(waiter));
        child.stop(); // the timer of the next step is on the loop of the thread that waits
        waiter.interrupt();
        waiter.join();
        Result result = child.result().get(30, TimeUnit.SECONDS);
        assertEquals(Cause.CANCELLED, result.cause());
        assertTrue(killed(result), result::toString);
    }

    private List<Future<Result>> stubbornRuns(ExecutorService threads, Supervisor of, StopPlan plan) {
        List<Future<Result>> runs = new ArrayList<>();
        for (int index = 0; index < THREADS; index++) {
            runs.add(threads.submit(() -> checked(
                    of.run(marked(Command.of(Children.path("ignores-term"))).stopPlan(plan)))));
        }
        eventually("all have set their traps", () -> sleepers() == THREADS);
        return runs;
    }

    @Test
    void closeStopsTheRunOfEachThreadByItsPlan() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Result>> runs = stubbornRuns(
                    threads,
                    supervisor,
                    StopPlan.signal(Signal.TERM).then(millis(300)).kill());
            supervisor.close();
            assertEquals(List.of(), alive());
            for (Future<Result> run : runs) {
                assertEquals(Cause.CLOSED, run.get().cause());
                assertTrue(killed(run.get()));
                assertEquals(
                        List.of(Signal.TERM, Signal.KILL),
                        run.get().stopSteps().stream()
                                .map(StopStepTaken::signal)
                                .toList());
            }
        }
    }

    @Test
    void closeReturnsAsSoonAsTheLastRunHasEnded() throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Result> run = thread.submit(() -> run(Command.of("sleep", "60")));
            eventually("it sleeps", () -> sleepers() == 1);
            long before = System.nanoTime();
            supervisor.close();
            // Not only when the time for it is used up, 30 s.
            assertAtMost(Duration.ofSeconds(15), Duration.ofNanos(System.nanoTime() - before));
            assertEquals(Cause.CLOSED, run.get().cause());
        }
    }

    @Test
    void closeDoesNotTakeLongerThanItsTime() throws Exception {
        Supervisor hasty = Supervisor.builder().closeTime(millis(300)).create();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Result>> runs = stubbornRuns(threads, hasty, STUBBORN);
            hasty.close();
            assertEquals(List.of(), alive());
            for (Future<Result> run : runs) {
                assertEquals(Cause.CLOSED, run.get().cause());
                assertEquals(2, run.get().stopSteps().size());
            }
        }
    }

    @Test
    void interruptInAnyMomentEitherStopsTheRunOrComesTooLate() throws Exception {
        for (int round = 0; round < 300; round++) {
            CompletableFuture<String> how = new CompletableFuture<>();
            Thread runner = Thread.ofPlatform().start(() -> {
                try {
                    how.complete(run(sh("echo x; sleep 0.003")).stdout());
                } catch (InterruptedException e) {
                    how.complete("interrupted");
                } catch (Exception e) {
                    how.completeExceptionally(e);
                }
            });
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(8_000_000));
            runner.interrupt();
            assertTrue(List.of("x\n", "interrupted").contains(how.get()), how::toString);
            runner.join();
            assertEquals(List.of(), alive());
        }
        assertEquals("y\n", run(sh("echo y")).stdout());
    }
}
