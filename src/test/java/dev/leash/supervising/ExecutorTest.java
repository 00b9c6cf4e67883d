package dev.leash.supervising;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.support.RunsCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs as tasks: whoever cancels the task stops the run, by way of the interrupt, and the task is over when the run is. So
 * executors, and scopes that are built on them, end their processes as they end their threads.
 */
@Timeout(60)
class ExecutorTest extends RunsCommands {
    private static final int TASKS = 20;

    private static List<ExecutorService> executors() {
        return List.of(Executors.newVirtualThreadPerTaskExecutor(), Executors.newFixedThreadPool(TASKS));
    }

    private Callable<Result> task(Command command) {
        return () -> run(command);
    }

    @Test
    void cancellingATaskStopsItsRun() throws Exception {
        for (ExecutorService executor : executors()) {
            try (executor) {
                Future<Result> task = executor.submit(task(Command.of("sleep", "60")));
                eventually("it runs", () -> alive().size() == 1);
                assertTrue(task.cancel(true));
                eventually("nothing of it is left", () -> alive().isEmpty());
            }
        }
    }

    @Test
    void shuttingDownStopsAllRunsAndWaitsForTheirEnds() throws Exception {
        for (ExecutorService executor : executors()) {
            List<Future<Result>> tasks = new ArrayList<>();
            for (int index = 0; index < TASKS; index++) {
                tasks.add(executor.submit(task(sh("sleep 60 & wait"))));
            }
            eventually("they run", () -> alive().size() == 2 * TASKS);
            executor.shutdownNow();
            assertTrue(executor.awaitTermination(30, TimeUnit.SECONDS));
            assertEquals(List.of(), alive(), "when the executor has ended, so have the processes");
            for (Future<Result> task : tasks) {
                assertInstanceOf(InterruptedException.class, task.exceptionNow());
            }
        }
    }

    /** What a scope does that wants the first success. */
    @Test
    void theFirstToSucceedStopsTheOthers() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Result first = executor.invokeAny(List.of(
                    task(Command.of("sleep", "60")),
                    task(sh("echo first")),
                    task(sh("sleep 60; echo late")),
                    () -> run(sh("exit 1")).orThrow()));
            assertEquals("first\n", first.stdout());
        }
        assertEquals(List.of(), alive());
    }

    /** What a scope does that wants all or nothing. */
    @Test
    void theFirstToFailStopsTheOthers() throws Exception {
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorCompletionService<Result> results = new ExecutorCompletionService<>(executor);
        for (String line : List.of("sleep 60", "sleep 60 & sleep 60", "exit 3")) {
            results.submit(() -> run(sh(line)).orThrow());
        }
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> results.take().get());
        assertEquals(
                new ExitStatus.Exited(3),
                assertInstanceOf(RunFailedException.class, e.getCause())
                        .result()
                        .status());
        executor.shutdownNow();
        executor.close();
        assertEquals(List.of(), alive());
    }

    @Test
    void aTimeoutOfTheExecutorIsTheEndOfTheRuns() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Result>> tasks = executor.invokeAll(
                    List.of(task(Command.of("sleep", "60")), task(sh("echo quick"))), 4, TimeUnit.SECONDS);
            assertTrue(tasks.get(0).isCancelled());
            assertEquals("quick\n", tasks.get(1).get().stdout());
        }
        assertEquals(List.of(), alive());
    }

    @Test
    void futuresOfResultsAreCombinedLikeAnyOther() throws Exception {
        List<CompletableFuture<Result>> futures = new ArrayList<>();
        for (int index = 0; index < TASKS; index++) {
            futures.add(start(sh("echo " + index)).result());
        }
        String all = CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> futures.stream()
                        .map(future -> future.resultNow().stdout().strip())
                        .toList()
                        .toString())
                .get();
        assertEquals(IntStream.range(0, TASKS).boxed().toList().toString(), all);
    }

    /** A timeout of a future says how long somebody waits for it. It is no deadline of the run. */
    @Test
    void aFutureThatTimesOutLeavesTheRunAlone() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        CompletableFuture<Result> impatient = child.result().orTimeout(10, TimeUnit.MILLISECONDS);
        assertInstanceOf(
                TimeoutException.class,
                assertThrows(ExecutionException.class, impatient::get).getCause());
        CompletableFuture<String> dependent = child.result().thenApply(Result::stdout);
        assertTrue(dependent.cancel(true));
        assertFalse(child.await(millis(20)).isPresent());
        assertTrue(child.result().cancel(false));
        assertEquals(Cause.CANCELLED, checked(child.await()).cause());
    }
}
