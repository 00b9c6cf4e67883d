package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ending a run from outside, at any moment and from any thread. */
@Timeout(60)
class CancelTest extends RunsCommands {
    @Test
    void thousandKillsBeforeAtAndAfterTheExit() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int round = 0; round < 1000; round++) {
            Child child = start(Command.of("true"));
            if (round % 3 == 1) {
                LockSupport.parkNanos(round * 1_000L);
            } else if (round % 3 == 2) {
                child.await();
            }
            child.kill();
            children.add(child);
        }
        for (Child child : children) {
            Result result = checked(child.await());
            child.kill();
            assertFalse(child.signal(Signal.KILL));
            if (result.cause() == Cause.EXITED) {
                assertExited(0, result);
            } else {
                assertEquals(Cause.CANCELLED, result.cause());
                assertTrue(killed(result), result::toString);
            }
        }
    }

    @Test
    void cancelZeroToTenMillisecondsAfterTheStartAlwaysEndsAll() throws Exception {
        for (int round = 0; round < 100; round++) {
            Child child = start(sh("sleep 60 & sh -c 'sleep 60; :' & sleep 60; echo never"));
            LockSupport.parkNanos(round * 100_000L);
            child.kill();
            Result result = checked(child.await());
            assertEquals(Cause.CANCELLED, result.cause());
            assertTrue(killed(result));
            assertEquals("", result.stdout());
            assertEquals(List.of(), ProcScan.group((int) child.pid()));
        }
        assertEquals(List.of(), alive());
    }

    @Test
    void killStraightAfterTheStartTakesEffect() throws Exception {
        for (int round = 0; round < 50; round++) {
            Child child = start(Command.of("sleep", "60"));
            child.kill();
            assertEquals(Cause.CANCELLED, checked(child.await()).cause());
        }
    }

    @Test
    void killAndAwaitFromManyThreadsGiveOneResult() throws Exception {
        for (int round = 0; round < 20; round++) {
            Child child = start(sh(round % 2 == 0 ? "echo here; sleep 60" : "echo here"));
            List<Future<Result>> results = new ArrayList<>();
            try (var threads = Executors.newThreadPerTaskExecutor(
                    round % 4 < 2
                            ? Thread.ofVirtual().factory()
                            : Thread.ofPlatform().factory())) {
                for (int index = 0; index < 8; index++) {
                    boolean kills = index % 4 == 0;
                    results.add(threads.submit(() -> {
                        if (kills) {
                            child.kill();
                        }
                        return child.await();
                    }));
                }
            }
            Result first = checked(results.getFirst().get());
            for (Future<Result> result : results) {
                assertEquals(first.cause(), result.get().cause());
                assertEquals(first.status(), result.get().status());
                assertEquals(first.stdout(), result.get().stdout());
                assertEquals(first.wallTime(), result.get().wallTime());
                assertEquals(first.stopSteps(), result.get().stopSteps());
            }
        }
    }

    @Test
    void futureCompletesOnceWithTheCodeAfterAllOutput() throws Exception {
        for (int code : new int[] {0, 1, 10}) {
            Child child = start(sh("head -c 300000 /dev/zero; echo end >&2; exit " + code));
            ConcurrentLinkedQueue<Result> seen = new ConcurrentLinkedQueue<>();
            CompletableFuture<Result> future = child.result();
            CompletableFuture<Void> both = CompletableFuture.allOf(
                    future.thenAccept(seen::add), child.result().thenAccept(seen::add));
            both.join();
            assertEquals(2, seen.size());
            for (Result result : seen) {
                assertExited(code, checked(result));
                assertEquals(300_000, result.stdoutBytes().length);
                assertEquals("end\n", result.stderr());
            }
            assertExited(code, child.result().join());
            assertFalse(child.isRunning());
        }
    }

    @Test
    void cancelOfTheFutureStopsTheRun() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        CompletableFuture<Result> other = child.result();
        CompletableFuture<Result> future = child.result();
        assertTrue(future.cancel(true));
        Result result = checked(child.await());
        assertEquals(Cause.CANCELLED, result.cause());
        assertTrue(killed(result));
        assertTrue(future.isCancelled());
        assertEquals(Cause.CANCELLED, other.join().cause(), "a future of its own");
        assertFalse(future.complete(result));
    }

    @Test
    void completingAFutureByHandDoesNothingToTheRun() throws Exception {
        Child child = start(sh("read x; exit 3").stdin(Stdin.pipe()));
        CompletableFuture<Result> future = child.result();
        assertTrue(future.completeExceptionally(new IllegalStateException("by hand")));
        child.stdin().close();
        assertExited(3, checked(child.await()));
        assertTrue(future.isCompletedExceptionally());
    }

    @Test
    void callbacksDoNotRunOnTheLoopThread() throws Exception {
        AtomicReference<Thread> where = new AtomicReference<>();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        Child child = start(Command.of("sleep", "60")); // not before the callback is there
        CompletableFuture<Void> stuck = child.result().thenAccept(result -> {
            where.set(Thread.currentThread());
            blocked.countDown();
            awaitUninterrupted(never);
        });
        child.kill();
        blocked.await();
        try {
            // Were it on the loop's thread, nothing could be run any more.
            assertTrue(start(sh("exit 0")).await(Duration.ofSeconds(20)).isPresent());
            assertTrue(where.get().isVirtual(), () -> "on " + where.get());
        } finally {
            never.countDown();
        }
        stuck.join();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void callbackThatThrowsHarmsNobody() throws Exception {
        Child child = start(sh("exit 0"));
        CompletableFuture<Result> thrown = child.result().thenApply(result -> {
            throw new IllegalStateException("thrown by a callback");
        });
        assertThrows(java.util.concurrent.CompletionException.class, thrown::join);
        assertExited(0, child.await());
        assertExited(0, run(sh("exit 0")));
    }

    @Test
    void interruptBeforeRunStartsNothing() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> run(Command.of("sleep", "60")));
        assertFalse(Thread.interrupted(), "the exception has taken the flag");
        assertEquals(List.of(), alive());
    }

    @Test
    void interruptDuringRunStopsItByItsPlanAndWaitsForItsEnd() throws Exception {
        CompletableFuture<List<ProcScan.Info>> left = new CompletableFuture<>();
        Thread runner = Thread.ofPlatform().start(() -> {
            try {
                run(Command.of(Children.path("exits-zero-on-term"))
                        .stopPlan(StopPlan.signal(Signal.TERM)
                                .then(Duration.ofSeconds(30))
                                .kill()));
                left.completeExceptionally(new AssertionError("not interrupted"));
            } catch (InterruptedException e) {
                left.complete(alive());
            } catch (Exception e) {
                left.completeExceptionally(e);
            }
        });
        eventually("it sleeps", () -> sleepers() == 1);
        runner.interrupt();
        assertEquals(List.of(), left.join());
        runner.join();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void executorThatIsShutDownStopsTheRunsOfItsThreads(boolean virtual) throws Exception {
        ExecutorService threads =
                virtual ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newFixedThreadPool(20);
        List<Future<Result>> runs = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            boolean polite = index % 2 == 0;
            runs.add(threads.submit(() -> run(Command.of(Children.path(polite ? "exits-zero-on-term" : "ignores-term"))
                    .stopPlan(StopPlan.signal(Signal.TERM).then(millis(500)).kill()))));
        }
        eventually("all have set their traps", () -> sleepers() == 20);
        long start = System.nanoTime();
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertEquals(List.of(), alive(), "when the threads have ended");
        assertAtLeast(millis(500), took);
        assertAtMost(Duration.ofSeconds(8), took);
        for (Future<Result> run : runs) {
            assertEquals(Future.State.FAILED, run.state());
            assertEquals(InterruptedException.class, run.exceptionNow().getClass());
        }
    }

    /** As a StructuredTaskScope does it: the first that succeeds is the result, the others are interrupted. */
    @Test
    void whoeverIsNotTheFirstIsStopped() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> contest = new ArrayList<>();
            for (int index = 0; index < 10; index++) {
                contest.add(() -> run(sh("sleep 60 & sleep 60")).stdout());
            }
            contest.add(() -> run(sh("sleep 0.3; echo first")).stdout());
            assertEquals("first\n", threads.invokeAny(contest));
        }
        assertEquals(List.of(), alive());
    }

    @Test
    void cancelOfATaskStopsItsRun() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Result> task = threads.submit(() -> run(sh("sleep 60 & sleep 60")));
            eventually("it runs", () -> alive().size() == 3);
            assertTrue(task.cancel(true));
        }
        assertEquals(List.of(), alive());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void secondInterruptEndsTheGrace(boolean virtual) throws Exception {
        CompletableFuture<List<ProcScan.Info>> left = new CompletableFuture<>();
        Thread.Builder threads = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        Thread runner = threads.start(() -> {
            try {
                run(Command.of(Children.path("ignores-term"))
                        .stopPlan(StopPlan.signal(Signal.TERM)
                                .then(Duration.ofSeconds(50))
                                .kill()));
                left.completeExceptionally(new AssertionError("not interrupted"));
            } catch (InterruptedException e) {
                left.complete(alive());
            } catch (Exception e) {
                left.completeExceptionally(e);
            }
        });
        eventually("it ignores TERM", () -> alive().stream()
                .anyMatch(info -> info.name().equals("sleep")));
        runner.interrupt();
        eventually("the first is taken", () -> !runner.isInterrupted());
        Thread.sleep(50);
        assertFalse(left.isDone());
        runner.interrupt();
        assertEquals(List.of(), left.join());
        runner.join();
    }

    /** Nor a signal: it has exited, though the loop, which is held up, has not seen it. */
    @Test
    void stopAfterTheExitIsNoCancelThoughTheLoopIsHeldUp() throws Exception {
        HeldLoop loop = new HeldLoop();
        Child child = start(Command.of("true")
                .stopPlan(StopPlan.signal(Signal.TERM).then(millis(100)).kill()));
        eventually(
                "it has exited",
                () -> ProcScan.of(child.pid()).map(ProcScan.Info::state).orElse('?') == 'Z');
        child.stop();
        loop.release();
        assertExited(0, checked(child.await()));
        assertExited(0, loop.await());
    }

    @Test
    void interruptOfAwaitLetsTheRunGoOn() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        AtomicInteger interrupted = new AtomicInteger();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                child.await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
            }
        });
        eventually("it waits", () -> isAwaiting(waiter));
        waiter.interrupt();
        waiter.join();
        assertEquals(1, interrupted.get());
        assertTrue(child.isRunning());
        assertTrue(ProcScan.alive(child.pid()));
        child.kill();
        checked(child.await());
    }

    @Test
    void awaitWithPatienceIsNoDeadline() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        assertTrue(child.await(Duration.ZERO).isEmpty());
        long start = System.nanoTime();
        assertTrue(child.await(millis(100)).isEmpty());
        assertAtLeast(millis(100), Duration.ofNanos(System.nanoTime() - start));
        assertTrue(child.isRunning());
        assertThrows(IllegalArgumentException.class, () -> child.await(millis(-1)));
        assertThrows(NullPointerException.class, () -> child.await(null));
        child.kill();
        Result result = child.await(Duration.ofSeconds(Long.MAX_VALUE)).orElseThrow();
        assertTrue(killed(checked(result)));
        assertSame(result.command(), child.command());
        assertTrue(child.await(Duration.ZERO).isPresent());
    }
}
