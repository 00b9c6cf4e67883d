package dev.leash.supervising;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many children at once and many after each other: G5 no byte is lost or mixed up, G6 nothing leaks. */
@Timeout(100)
class ConcurrencyTest extends RunsCommands {
    @Test
    void twoHundredChildrenAtOnceWithoutCrossTalk() throws Exception {
        List<Child> children = new ArrayList<>();
        List<byte[]> expected = new ArrayList<>();
        for (int index = 0; index < 200; index++) {
            byte[] own = new byte[64 * 1024];
            new Random(index).nextBytes(own);
            expected.add(own);
            children.add(
                    start(sh("cat; echo " + index + " >&2; exit " + index % 256).stdin(Stdin.bytes(own))));
        }
        for (int index = 0; index < 200; index++) {
            Result result = checked(children.get(index).await());
            assertExited(index % 256, result);
            assertArrayEquals(expected.get(index), result.stdoutBytes());
            assertEquals(index + "\n", result.stderr());
            assertTrue(result.outputComplete());
        }
    }

    @Test
    void exitsNeverWaitForHangs() throws Exception {
        for (int round = 0; round < 50; round++) {
            List<Child> hanging = new ArrayList<>();
            List<Child> exiting = new ArrayList<>();
            for (int index = 0; index < 4; index++) {
                hanging.add(start(Command.of("sleep", "60")));
                exiting.add(start(sh("exit " + index)));
            }
            for (int index = 0; index < 4; index++) {
                assertExited(index, checked(exiting.get(index).await()));
            }
            for (Child child : hanging) {
                assertTrue(child.isRunning());
                child.kill();
            }
            for (Child child : hanging) {
                assertEquals(Cause.CANCELLED, checked(child.await()).cause());
            }
        }
    }

    @Test
    void twoThousandRunsOfEveryKindLeaveNothing() throws Exception {
        runEveryKind(100); // what the JVM loads and opens once
        LeakCheck.Baseline baseline = LeakCheck.now();
        long start = System.nanoTime();
        runEveryKind(2000);
        baseline.assertNothingLeaked();
        assertEquals(List.of(), ProcScan.zombieChildren());
        assertAtMost(Duration.ofSeconds(90), Duration.ofNanos(System.nanoTime() - start));
    }

    private void runEveryKind(int runs) throws Exception {
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < runs; index++) {
            Command command = sh("echo out; echo err >&2; exit 3");
            switch (index % 10) {
                case 0 -> children.add(start(command));
                case 1 -> children.add(start(command.mergeStderr()));
                case 2 -> children.add(start(command.stdout(Output.discard()).stderr(Output.discard())));
                case 3 ->
                    children.add(start(command.stdout(Output.inherit())
                            .stderr(Output.discard())
                            .args("x")
                            .stdout(Output.capture(3))));
                case 4 -> assertThrows(SpawnException.class, () -> start(Command.of("/no-exist")));
                case 5 ->
                    assertThrows(
                            SpawnException.class, () -> start(command.directory(java.nio.file.Path.of("/no-exist"))));
                case 6 -> children.add(start(Command.of("true").stdin(Stdin.bytes(new byte[200_000]))));
                case 7 -> children.add(start(Command.of("sleep", "60").timeout(Duration.ofMillis(1 + index % 7))));
                case 8 -> children.add(start(sh("sleep 60 & exit 3")));
                default -> {
                    Child child = start(Command.of("cat").stdin(Stdin.text("text")));
                    child.kill();
                    children.add(child);
                }
            }
            if (children.size() >= 20) {
                for (Child child : children) {
                    checked(child.await());
                }
                children.clear();
            }
        }
        for (Child child : children) {
            checked(child.await());
        }
    }

    /** PR_SET_PDEATHSIG, which others use, fires when the thread that started the child ends. */
    @Test
    void childOutlivesTheThreadThatStartedIt() throws Exception {
        for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            AtomicReference<Child> started = new AtomicReference<>();
            AtomicReference<Exception> failure = new AtomicReference<>();
            Thread thread = builder.start(() -> {
                try {
                    started.set(start(sh("sleep 0.3; echo still here")));
                } catch (java.io.IOException e) {
                    failure.set(e);
                }
            });
            thread.join();
            assertEquals(null, failure.get());
            Result result = checked(started.get().await());
            assertExited(0, result);
            assertEquals("still here\n", result.stdout());
        }
    }

    @Test
    void virtualThreadsWaitWithoutHoldingACarrier() throws Exception {
        List<Child> children = new ArrayList<>();
        List<Future<Result>> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Far more waiting threads than carriers, and yet another virtual thread gets its turn.
            for (int index = 0; index < 100; index++) {
                Child child = start(Command.of("sleep", "60"));
                children.add(child);
                results.add(threads.submit(() -> child.await()));
                results.add(threads.submit(() -> child.result().get()));
            }
            assertEquals("turn", threads.submit(() -> "turn").get(20, TimeUnit.SECONDS));
            assertTrue(results.stream().noneMatch(Future::isDone));
            children.forEach(Child::kill);
        }
        for (Future<Result> result : results) {
            assertTrue(killed(checked(result.get())));
        }
    }

    @Test
    void handleThatIsDroppedIsSupervisedToItsEndAndReaped() throws Exception {
        long pid = start(sh("sleep 0.1; exit 0")).pid();
        long late = start(Command.of("sleep", "60").timeout(millis(200))).pid();
        System.gc();
        eventually("the first is reaped", () -> ProcScan.of(pid).isEmpty());
        eventually("the second is killed at its deadline and reaped", () -> ProcScan.of(late)
                .isEmpty());
    }

    @Test
    void oneCommandStartedTwiceIsTwoChildren() throws Exception {
        Command command = sh("echo $$; sleep 0.1");
        Child first = start(command);
        Child second = start(command);
        assertFalse(first.pid() == second.pid());
        assertEquals(first.pid() + "\n", checked(first.await()).stdout());
        assertEquals(second.pid() + "\n", checked(second.await()).stdout());
    }

    @Test
    void startsFromManyThreadsAtOnceAllSucceed() throws Exception {
        List<Future<Result>> results = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (int index = 0; index < 320; index++) {
                int number = index;
                results.add(threads.submit(() -> run(sh("echo " + number + "; exit " + number % 256))));
            }
        }
        for (int index = 0; index < results.size(); index++) {
            Result result = results.get(index).get();
            assertExited(index % 256, result);
            assertEquals(index + "\n", result.stdout());
        }
    }
}
