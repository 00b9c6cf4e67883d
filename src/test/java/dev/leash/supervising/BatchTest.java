package dev.leash.supervising;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Completion;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.forked.CrowdedBatch;
import dev.leash.forked.Jvm;
import dev.leash.support.LeakCheck;
import dev.leash.support.RunsCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many commands, some at a time: {@link Supervisor#runAll}. */
@Timeout(100)
class BatchTest extends RunsCommands {
    @TempDir
    Path temp;

    private Command forever() {
        return marked(Command.of("sleep", "60"));
    }

    private Command exits(int code) {
        return marked(sh("exit " + code));
    }

    /** Waits until there is a file of that name. */
    private Command waitsFor(String name) {
        return marked(sh("until [ -e " + temp.resolve(name) + " ]; do sleep 0.01; done"));
    }

    private static Result result(Completion completion) {
        return checked(assertInstanceOf(Completion.Ended.class, completion).result());
    }

    @Test
    void completionsComeInTheOrderOfTheEndsWithTheirIndexAndCommand() throws Exception {
        List<Command> commands = List.of(waitsFor("b"), waitsFor("c"), exits(3), waitsFor("a"));
        List<Long> order = new ArrayList<>();
        try (Stream<Completion> batch = supervisor.runAll(commands, 4)) {
            batch.forEach(completion -> {
                order.add(completion.index());
                assertSame(commands.get((int) completion.index()), completion.command());
                assertExited(completion.index() == 2 ? 3 : 0, result(completion));
                assertEquals(completion.index() != 2, completion.succeeded());
                List<String> next = List.of("a", "b", "c", "none");
                touch(next.get(order.size() - 1));
            });
        }
        assertEquals(List.of(2L, 3L, 0L, 1L), order);
    }

    private void touch(String name) {
        try {
            Files.createFile(temp.resolve(name));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * The children count themselves: each makes a folder, looks how many there are, and removes it. The first ones wait for as
     * many as there may be, so that these meet on a slow machine, too.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void neverMoreThanTheParallelismAreAlive(int parallelism) throws Exception {
        Path alive = Files.createDirectory(temp.resolve("alive"));
        String line = "mkdir $$; until n=$(ls | wc -l); [ $n -ge " + parallelism + " ] || [ -e ../met ]; do sleep 0.01;"
                + " done; [ $n -lt " + parallelism + " ] || : >../met; echo $n; sleep 0.02; rmdir $$";
        Command counts = marked(sh(line).directory(alive));
        List<Integer> seen;
        try (Stream<Completion> batch =
                supervisor.runAll(Stream.generate(() -> counts).limit(40), parallelism)) {
            seen = batch.map(completion ->
                            Integer.valueOf(result(completion).stdout().strip()))
                    .toList();
        }
        assertEquals(40, seen.size());
        assertTrue(seen.stream().allMatch(count -> count <= parallelism), seen::toString);
        assertTrue(seen.contains(parallelism), () -> "never that many: " + seen);
    }

    @Test
    void aThousandWithEightAtATime() throws Exception {
        List<String> outputs;
        try (Stream<Completion> batch =
                supervisor.runAll(IntStream.range(0, 1000).mapToObj(number -> marked(sh("echo " + number))), 8)) {
            outputs = batch.map(completion -> {
                        assertEquals(
                                completion.index() + "\n", result(completion).stdout());
                        return result(completion).stdout();
                    })
                    .toList();
        }
        assertEquals(1000, outputs.stream().distinct().count());
    }

    @Test
    void aFailedStartIsACompletionAndTheBatchGoesOn() throws Exception {
        Command missing = Command.of("/no/such/program");
        List<Completion> completions;
        try (Stream<Completion> batch = supervisor.runAll(List.of(exits(0), missing, exits(1), missing, exits(0)), 2)) {
            completions = batch.toList();
        }
        var failures = completions.stream()
                .filter(Completion.NotStarted.class::isInstance)
                .map(Completion.NotStarted.class::cast)
                .toList();
        assertEquals(5, completions.size());
        assertEquals(List.of(1L, 3L), failures.stream().map(Completion::index).toList());
        assertSame(missing, failures.getFirst().command());
        assertEquals(
                SpawnException.Kind.NOT_FOUND, failures.getFirst().failure().kind());
        assertThrows(SpawnException.class, failures.getFirst()::orThrow);
        assertFalse(failures.getFirst().succeeded());
        Completion one =
                completions.stream().filter(c -> c.index() == 2).findAny().orElseThrow();
        assertThrows(RunFailedException.class, one::orThrow);
    }

    @Test
    void commandsAreTakenOnlyWhenThereIsRoomForThem() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        Stream<Command> endless = Stream.generate(() -> {
            // Failed starts take their places like any other command.
            return taken.incrementAndGet() % 2 == 0 ? Command.of("/no/such/program") : exits(0);
        });
        try (Stream<Completion> batch = supervisor.runAll(endless, 4)) {
            assertEquals(0, taken.get(), "nothing happens before the terminal operation");
            Iterator<Completion> completions = batch.iterator();
            for (int delivered = 1; delivered <= 50; delivered++) {
                completions.next();
                assertTrue(taken.get() <= delivered + 3, taken + " taken for " + delivered);
            }
        }
        int after = taken.get();
        assertTrue(after <= 53, () -> after + " taken");
    }

    @Test
    void commandsAreTakenByTheConsumersThread() throws Exception {
        Thread consumer = Thread.currentThread();
        AtomicBoolean others = new AtomicBoolean();
        Stream<Command> commands = Stream.generate(() -> {
                    others.compareAndSet(false, Thread.currentThread() != consumer);
                    return exits(0);
                })
                .limit(20);
        try (Stream<Completion> batch = supervisor.runAll(commands, 3).parallel()) {
            assertEquals(20, batch.count());
        }
        assertFalse(others.get());
    }

    @Test
    void closingEarlyStopsWhatRunsAndStartsNoMore() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        AtomicBoolean sourceClosed = new AtomicBoolean();
        Stream<Command> commands = Stream.generate(() -> taken.incrementAndGet() == 2 ? exits(0) : forever())
                .onClose(() -> sourceClosed.set(true));
        LeakCheck.Baseline baseline = LeakCheck.now();
        try (Stream<Completion> batch = supervisor.runAll(commands, 5)) {
            assertEquals(1, batch.findFirst().orElseThrow().index());
            eventually("four run", () -> alive().size() == 4);
        }
        assertEquals(List.of(), alive());
        assertEquals(5, taken.get());
        assertTrue(sourceClosed.get());
        baseline.assertNothingLeaked();
    }

    @Test
    void closingStopsByTheCommandsOwnPlans() throws Exception {
        Path said = temp.resolve("said");
        Path ready = temp.resolve("ready");
        Command polite = marked(
                        sh("trap 'echo bye >" + said + "; exit' TERM; : >" + ready + "; while :; do sleep 0.01; done"))
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(20))
                        .kill());
        Command waits = waitsFor("ready");
        try (Stream<Completion> batch = supervisor.runAll(List.of(polite, waits), 2)) {
            assertEquals(1, batch.findFirst().orElseThrow().index());
        }
        assertEquals("bye\n", Files.readString(said));
    }

    @Test
    void anotherThreadMayCloseAndTheConsumerIsToldSo() throws Exception {
        Stream<Completion> batch = supervisor.runAll(Stream.generate(this::forever), 3);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread consumer = Thread.ofVirtual().start(() -> {
            try {
                long ignored = batch.count();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        eventually("three run", () -> alive().size() == 3);
        batch.close();
        assertEquals(List.of(), alive());
        consumer.join();
        assertInstanceOf(CancellationException.class, thrown.get());
    }

    @Test
    void closingDoesNotWaitForASourceThatBlocks() throws Exception {
        CompletableFuture<Command> never = new CompletableFuture<>();
        AtomicInteger taken = new AtomicInteger();
        Stream<Completion> batch =
                supervisor.runAll(Stream.generate(() -> taken.incrementAndGet() < 3 ? forever() : never.join()), 3);
        CompletableFuture<Long> consumer = CompletableFuture.supplyAsync(batch::count);
        eventually("two run, and the third is waited for", () -> taken.get() == 3 && alive().size() == 2);
        batch.close();
        assertEquals(List.of(), alive());
        never.complete(forever());
        assertInstanceOf(
                CancellationException.class,
                assertThrows(java.util.concurrent.CompletionException.class, consumer::join)
                        .getCause());
        assertEquals(List.of(), alive(), "nothing is started after the close");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptOfTheConsumerStopsWhatRuns(boolean virtual) throws Exception {
        CompletableFuture<List<Object>> told = new CompletableFuture<>();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        Stream<Completion> batch = supervisor.runAll(Stream.generate(this::forever), 3);
        Thread consumer = builder.start(() -> {
            try {
                told.complete(List.of(batch.count()));
            } catch (CancellationException e) {
                told.complete(List.of(Thread.currentThread().isInterrupted(), alive().size()));
            } catch (Throwable e) {
                told.completeExceptionally(e);
            }
        });
        eventually("three run", () -> alive().size() == 3);
        consumer.interrupt();
        assertEquals(List.of(true, 0), told.get());
        batch.close();
    }

    @Test
    void anIteratorThatThrowsEndsTheBatchAfterWhatRuns() throws Exception {
        IllegalStateException broken = new IllegalStateException("no more of these");
        AtomicInteger taken = new AtomicInteger();
        Stream<Command> commands = Stream.generate(() -> {
            if (taken.incrementAndGet() == 4) {
                throw broken;
            }
            return exits(taken.get());
        });
        List<Long> delivered = new ArrayList<>();
        try (Stream<Completion> batch = supervisor.runAll(commands, 10)) {
            Stream<Completion> noted = batch.peek(completion -> delivered.add(completion.index()));
            assertSame(broken, assertThrows(IllegalStateException.class, () -> noted.forEach(c -> {})));
        }
        assertEquals(List.of(0L, 1L, 2L), delivered.stream().sorted().toList());
        assertEquals(4, taken.get());
    }

    @Test
    void aConsumerThatThrowsLeavesTheRestToTheClose() throws Exception {
        List<Command> commands = List.of(exits(0), forever(), forever());
        try (Stream<Completion> batch = supervisor.runAll(commands, 3)) {
            assertThrows(
                    ArithmeticException.class,
                    () -> batch.forEach(completion -> {
                        throw new ArithmeticException();
                    }));
            eventually("two run", () -> alive().size() == 2);
        }
        assertEquals(List.of(), alive());
    }

    @Test
    void aClosedSupervisorEndsTheBatchWithAnException() throws Exception {
        List<Cause> causes = new ArrayList<>();
        try (Stream<Completion> batch = supervisor.runAll(Stream.generate(this::forever), 3)) {
            Thread closer = Thread.ofVirtual().start(() -> {
                eventually("three run", () -> alive().size() == 3);
                supervisor.close();
            });
            Stream<Completion> noted =
                    batch.peek(completion -> causes.add(result(completion).cause()));
            assertThrows(RejectedExecutionException.class, () -> noted.forEach(c -> {}));
            closer.join();
        }
        assertEquals(List.of(Cause.CLOSED, Cause.CLOSED, Cause.CLOSED), causes);
    }

    @Test
    void anEmptyBatchHasNoCompletions() {
        assertEquals(0, supervisor.runAll(List.of(), 1).count());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> supervisor.runAll(List.of(), 0));
        assertThrows(NullPointerException.class, () -> supervisor.runAll((List<Command>) null, 1));
        List<Command> piped = List.of(exits(0).stdin(Stdin.pipe()));
        assertThrows(
                IllegalArgumentException.class,
                () -> supervisor.runAll(piped, 1).count());
        List<Command> holed = new ArrayList<>();
        holed.add(null);
        assertThrows(
                NullPointerException.class, () -> supervisor.runAll(holed, 1).toList());
    }

    @Test
    void deadlinesHoldForEachCommand() throws Exception {
        List<Command> commands = IntStream.range(0, 6)
                .mapToObj(number -> forever().timeout(millis(100)))
                .collect(Collectors.toList());
        try (Stream<Completion> batch = supervisor.runAll(commands, 2)) {
            batch.forEach(completion -> assertTimedOutAndKilled(result(completion)));
        }
    }

    @Test
    void aStartThatFindsNoDescriptorWaitsForAnEndWhileOthersRun() throws Exception {
        Jvm.of(temp, CrowdedBatch.class, temp.toString())
                .fromJar()
                .after("ulimit -n 64")
                .run()
                .done();
    }
}
