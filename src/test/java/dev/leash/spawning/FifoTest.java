package dev.leash.spawning;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Completion;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** G2: a FIFO whose other end nobody opens holds up its own start only, and that no longer than it is wanted. */
@Timeout(120)
class FifoTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private Supervisor supervisor;
    private Path fifo;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
        fifo = fifo("fifo");
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    private Path fifo(String name) throws Exception {
        Path made = temp.resolve(name);
        supervisor.run(Command.of("mkfifo", made.toString())).orThrow();
        return made;
    }

    /** Each opens the FIFO in its own way. */
    private List<Command> waiting() {
        Command cat = Command.of("cat");
        return List.of(
                cat.stdin(Stdin.file(fifo)),
                cat.stdout(Output.file(fifo)),
                cat.stdout(Output.append(fifo)),
                cat.stderr(Output.file(fifo)),
                cat.input(3, Stdin.file(fifo)),
                cat.output(7, Output.file(fifo)),
                cat.stdin(Stdin.file(fifo)).nice(1), // through a gate
                Command.of("true").pipeTo(cat.stdout(Output.file(fifo))));
    }

    @Test
    void startWaitsUntilTheTimeoutAndNoLonger() throws Exception {
        for (Command command : waiting()) {
            SpawnException failure = assertThrows(
                    SpawnException.class, () -> supervisor.run(command.timeout(SHORT)), command.toString());
            assertEquals(SpawnException.Kind.REDIRECT, failure.kind());
            assertEquals("ETIMEDOUT", failure.errnoName());
            assertEquals(fifo.toString(), failure.path());
            assertTrue(failure.getMessage().contains("open this FIFO"), failure.getMessage());
        }
    }

    /** What a thread that starts {@code command} got; it is given what the thread is then. */
    private Object started(Command command, Function<Command, Object> start, AtomicReference<Thread> thread)
            throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        thread.set(Thread.ofPlatform().start(() -> {
            Object got = start.apply(command.timeout(LONG));
            answer.complete(Thread.currentThread().isInterrupted() ? List.of(got) : got);
        }));
        eventually("it waits", () -> isWaiting(thread.get()));
        interruptOrClose.accept(thread.get());
        Object got = answer.get();
        thread.get().join();
        return got;
    }

    private java.util.function.Consumer<Thread> interruptOrClose = Thread::interrupt;

    private static boolean isWaiting(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith("Patience")
                        || frame.getMethodName().equals("work"));
    }

    private Object run(Command command) {
        try {
            return supervisor.run(command);
        } catch (Exception e) {
            return e;
        }
    }

    private Object start(Command command) {
        try {
            return supervisor.start(command);
        } catch (Exception e) {
            return e;
        }
    }

    /** G1: the first program ran all the time that the second waited for its FIFO. */
    @ParameterizedTest
    @EnumSource(names = {"GROUP", "TREE"})
    void whatLeftTheGroupOfAnEarlierProgramIsTakenBackToo(Containment containment) throws Exception {
        String marker = ProcScan.newMarker();
        Command first = Command.shell("timeout 600 sleep 600; true").env(ProcScan.MARKER_VARIABLE, marker);
        Command second = Command.of("cat").output(3, Output.file(fifo));
        Command both = first.pipeTo(second).containment(containment).timeout(LONG);
        AtomicReference<Object> answer = new AtomicReference<>();
        Thread starter = Thread.ofPlatform().start(() -> answer.set(start(both)));
        eventually("the first has one outside of its group", () -> ProcScan.withMarker(marker).stream()
                .anyMatch(process -> process.name().equals("sleep")));

        starter.interrupt();
        starter.join();

        assertInstanceOf(SpawnException.class, answer.get());
        assertEquals(List.of(), ProcScan.withMarker(marker));
    }

    /** With the writers among them: carriers that wait for a FIFO would keep its peer from running. */
    @Test
    void virtualThreadsThatWaitForAFifoLeaveTheirCarriersToItsWriters() throws Exception {
        int count = 2 * Runtime.getRuntime().availableProcessors() + 1;
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        List<Path> fifos = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path own = fifo("own" + i);
            fifos.add(own);
            CompletableFuture<Object> answer = new CompletableFuture<>();
            answers.add(answer);
            // nice is set through a gate, which the calling thread keeps
            Command cat = Command.of("cat").stdin(Stdin.file(own)).nice(1).timeout(LONG);
            Thread.ofVirtual().start(() -> answer.complete(run(cat)));
        }
        CompletableFuture<String> writer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            for (Path own : fifos) {
                run(Command.shell("echo hello").stdout(Output.file(own)).timeout(LONG));
            }
            writer.complete("done");
        });
        assertEquals("done", writer.get());
        for (CompletableFuture<Object> answer : answers) {
            assertEquals("hello\n", assertInstanceOf(Result.class, answer.get()).stdout());
        }
    }

    @Test
    void interruptEndsTheWait() throws Exception {
        for (Command command : waiting()) {
            Object ofRun = started(command, this::run, new AtomicReference<>());
            assertInstanceOf(InterruptedException.class, ofRun, command.toString());
            Object ofStart = started(command, this::start, new AtomicReference<>());
            SpawnException failure = assertInstanceOf(
                    SpawnException.class,
                    assertInstanceOf(List.class, ofStart, "it stays interrupted")
                            .getFirst());
            assertEquals("EINTR", failure.errnoName());
        }
    }

    @Test
    void closeEndsTheWaitAtOnce() throws Exception {
        for (Command command : waiting()) {
            AtomicReference<Long> took = new AtomicReference<>();
            interruptOrClose = thread -> {
                long before = System.nanoTime();
                supervisor.close();
                took.set(System.nanoTime() - before);
            };
            Object got = started(command, this::start, new AtomicReference<>());
            SpawnException failure = assertInstanceOf(SpawnException.class, got, command.toString());
            assertEquals("ECANCELED", failure.errnoName());
            assertTrue(took.get() < 4_500_000_000L, "it did not wait for the start: " + took.get());
            supervisor = Supervisor.create();
        }
    }

    @Test
    void closedBatchEndsTheWait() throws Exception {
        Stream<Completion> batch = supervisor.runAll(
                List.of(Command.of("cat").stdin(Stdin.file(fifo)).timeout(LONG)), 1);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread consumer = Thread.ofPlatform().start(() -> {
            try {
                batch.forEach(completion -> {});
                thrown.complete(new AssertionError("no exception"));
            } catch (RuntimeException e) {
                thrown.complete(e);
            }
        });
        eventually("it waits", () -> isWaiting(consumer));
        batch.close();
        assertInstanceOf(CancellationException.class, thrown.get());
        consumer.join();
    }

    @Test
    void whoeverOpensTheOtherEndLetsTheStartGoOn() throws Exception {
        for (int round = 0; round < 20; round++) {
            Thread writer = Thread.ofPlatform().start(() -> write("hello\n"));
            Result read =
                    supervisor.run(Command.of("cat").stdin(Stdin.file(fifo)).timeout(LONG));
            assertEquals("hello\n", read.orThrow().stdout());
            writer.join();
            CompletableFuture<String> got = CompletableFuture.supplyAsync(this::read, this::onAThread);
            supervisor
                    .run(Command.of("echo", "world").stdout(Output.file(fifo)).timeout(LONG))
                    .orThrow();
            assertEquals("world\n", got.get());
        }
    }

    @Test
    void theWaitIsAPartOfTheRunsTime() throws Exception {
        CompletableFuture<Result> ended = new CompletableFuture<>();
        Thread starter = Thread.ofPlatform().start(() -> {
            try {
                ended.complete(
                        supervisor.run(Command.of("cat").stdin(Stdin.file(fifo)).timeout(LONG)));
            } catch (Exception e) {
                ended.completeExceptionally(e);
            }
        });
        eventually("it waits", () -> isWaiting(starter));
        long seen = System.nanoTime();
        Thread.sleep(300); // there has to be something to measure
        long waited = System.nanoTime() - seen;
        write("text");
        Result result = ended.get();
        assertEquals("text", result.stdout());
        assertTrue(result.wallTime().toNanos() >= waited, result.wallTime()::toString);
    }

    private void onAThread(Runnable task) {
        Thread.ofPlatform().start(task);
    }

    private void write(String text) {
        try {
            Files.writeString(fifo, text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String read() {
        try {
            return Files.readString(fifo);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The writer waits in open(2), and must not find that its reader has gone again. */
    @Test
    void writerThatWaitsKeepsItsReader() throws Exception {
        for (int round = 0; round < 100; round++) {
            Child writer = supervisor.start(Command.shell("exec 3>\"$0\"; echo line >&3")
                    .args(fifo.toString())
                    .timeout(LONG));
            Result read =
                    supervisor.run(Command.of("cat").stdin(Stdin.file(fifo)).timeout(LONG));
            assertEquals("line\n", read.orThrow().stdout());
            writer.await().orThrow();
        }
    }

    @Test
    void writerThatWritesNothingIsAPeer() throws Exception {
        CompletableFuture<Result> read = CompletableFuture.supplyAsync(
                () -> (Result) run(Command.shell("echo there >&2; cat")
                        .stdin(Stdin.file(fifo))
                        .timeout(LONG)),
                this::onAThread);
        try (OutputStream writer = Files.newOutputStream(fifo)) { // it waits in open(2)
            assertNotNull(writer);
        }
        assertEquals("", read.get().orThrow().stdout(), "it has come and gone");
        CompletableFuture<Result> silent = CompletableFuture.supplyAsync(
                () -> (Result) run(
                        Command.shell("exec echo there").stdin(Stdin.file(fifo)).timeout(LONG)),
                this::onAThread);
        try (OutputStream writer = Files.newOutputStream(fifo)) {
            assertNotNull(writer);
            assertEquals("there\n", silent.get().orThrow().stdout(), "the writer stays, and is silent");
        }
    }

    /** As with {@code cat <a >b} of a shell. */
    @Test
    void twoFifosOfOneCommandDoNotDeadlock() throws Exception {
        Path other = fifo("other");
        Command cat = Command.of("cat").stdin(Stdin.file(fifo)).stdout(Output.file(other));
        for (int round = 0; round < 20; round++) {
            Child peer = supervisor.start(Command.shell("exec 3>\"$0\" 4<\"$1\"; echo through >&3; exec 3>&-; cat <&4")
                    .args(fifo.toString(), other.toString())
                    .timeout(LONG));
            supervisor.run(cat.timeout(LONG)).orThrow();
            assertEquals("through\n", peer.await().orThrow().stdout());
        }
    }

    @Test
    void otherFilesAreOpenedAsBefore() throws Exception {
        Path file = temp.resolve("file");
        supervisor.run(Command.of("echo", "x").stdout(Output.file(file))).orThrow();
        String flags = "sed -n 's/^flags:[^0-9]*//p' /proc/self/fdinfo/";
        List<String> all = new ArrayList<>();
        for (Command command : List.of(
                Command.shell(flags + 0).stdin(Stdin.file(file)),
                Command.shell(flags + 0).stdin(Stdin.file(temp)),
                Command.shell("exec 3>&1; " + flags + "3 >&2").stdout(Output.file(file)),
                Command.shell("exec 3>&1; " + flags + "3 >&2").stdout(Output.append(file)))) {
            Result result = supervisor.run(command).orThrow();
            all.add((result.stdout() + result.stderr()).strip());
        }
        for (String octal : all) {
            assertEquals(0, Integer.parseInt(octal, 8) & 04000, "O_NONBLOCK: " + all);
        }
        assertEquals(02000, Integer.parseInt(all.getLast(), 8) & 02000, "O_APPEND: " + all);
        SpawnException failure = assertThrows(
                SpawnException.class,
                () -> supervisor.run(
                        Command.of("true").stdout(Output.file(temp)).timeout(LONG)));
        assertEquals("EISDIR", failure.errnoName());
    }

    @Test
    void threadOfAWaitThatWasGivenUpIsNotLeft() throws Exception {
        assertThrows(
                SpawnException.class,
                () -> supervisor.run(Command.of("cat").stdin(Stdin.file(fifo)).timeout(SHORT)));
        eventually("it has ended", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("leash-opener")));
    }
}
