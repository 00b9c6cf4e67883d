package dev.leash.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Result;
import dev.leash.Stdin;
import dev.leash.support.RunsCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever has waited for a run finds it ended, in whatever way it is asked. */
@Timeout(120)
class EndedRunTest extends RunsCommands {
    private static final int ROUNDS = 300;

    @Test
    void resultOfARunThatWasWaitedForIsDone() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Child child = start(sh("exit 3"));
            CompletableFuture<Result> before = child.result();
            Result result = child.await();
            for (CompletableFuture<Result> future : java.util.List.of(before, child.result())) {
                assertTrue(future.isDone(), "round " + round);
                assertEquals(Future.State.SUCCESS, future.state());
                assertSame(result, future.resultNow());
                assertSame(result, future.getNow(null));
                assertSame(result, future.join());
                assertSame(result, future.get());
                assertSame(result, future.get(1, TimeUnit.NANOSECONDS));
                assertFalse(future.isCompletedExceptionally());
                assertThrows(IllegalStateException.class, future::exceptionNow);
            }
        }
    }

    @Test
    void resultOfARunThatWasWaitedForIsNeitherCancelledNorCompletedByHand() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Child child = start(sh("exit 0"));
            CompletableFuture<Result> future = child.result();
            CompletableFuture<Result> another = child.result();
            Result result = child.await();
            assertFalse(future.cancel(true), "round " + round);
            assertFalse(future.isCancelled());
            assertFalse(another.complete(result));
            assertFalse(another.completeExceptionally(new AssertionError()));
            assertSame(result, future.join());
            assertSame(result, another.join());
        }
    }

    @Test
    void processThatWasWaitedForHasEndedForOnExitToo() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Process process = start(sh("exit 4")).asProcess();
            CompletableFuture<Process> before = process.onExit();
            assertEquals(4, process.waitFor());
            assertFalse(process.isAlive());
            assertTrue(before.isDone(), "round " + round);
            assertTrue(process.onExit().isDone());
            assertSame(process, before.resultNow());
        }
    }

    @Test
    void runThatWasWaitedForIsNotLiveAnyMore() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            start(sh("exit 0")).await();
            assertEquals(0, supervisor.stats().live(), "round " + round);
            run(sh("exit 0"));
            assertEquals(0, supervisor.stats().live(), "round " + round);
        }
    }

    @Test
    void whatDependsOnTheResultRunsOnAVirtualThreadThoughTheEndWasSeenBefore() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Child child = start(sh("read x").stdin(Stdin.pipe()));
            AtomicReference<Thread> where = new AtomicReference<>();
            CompletableFuture<Result> future = child.result();
            CompletableFuture<Void> dependent = future.thenAccept(result -> where.set(Thread.currentThread()));
            child.stdin().close();
            child.await();
            assertTrue(future.isDone());
            dependent.join();
            assertTrue(where.get().isVirtual(), () -> "on " + where.get());
        }
    }
}
