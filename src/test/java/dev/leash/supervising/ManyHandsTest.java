package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many threads start, wait for, stop, signal and interrupt the same runs, and the supervisor is closed meanwhile. Whichever
 * thread acts on a run: it ends once, each thread that waits is told the same, and nothing is left.
 */
@Timeout(120)
class ManyHandsTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int STARTERS = 3;
    private static final int STARTS = 15;

    private final String marker = ProcScan.newMarker();
    private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<Child> children = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();

    private interface Work {
        void run(Random random) throws Exception;
    }

    private Thread thread(long seed, Work work) {
        Thread thread = Thread.ofPlatform().unstarted(() -> {
            Random random = new Random(seed);
            try {
                work.run(random);
            } catch (RejectedExecutionException e) {
                assertTrue(over.get(), "closed too early");
            } catch (Throwable thrown) {
                wrong.add(thrown);
            }
        });
        thread.start();
        return thread;
    }

    private Command command(Random random) {
        Command command =
                switch (random.nextInt(4)) {
                    case 0 -> Command.of("true");
                    case 1 -> Command.of("sleep", "60");
                    case 2 -> Command.of("sh", "-c", "echo x; sleep 60 & sleep 60");
                    default -> Command.of("sh", "-c", "echo x; exit 3");
                };
        if (random.nextInt(4) == 0) {
            command = command.containment(Containment.TREE);
        }
        if (random.nextBoolean()) {
            command = command.timeout(Duration.ofMillis(1 + random.nextInt(30)));
        }
        return command.env(ProcScan.MARKER_VARIABLE, marker);
    }

    private void start(Supervisor supervisor, Random random) throws SpawnException {
        for (int index = 0; index < STARTS; index++) {
            Child child = supervisor.start(command(random));
            children.add(child);
            for (int waiters = random.nextInt(3); waiters > 0; waiters--) {
                waiter(child, random.nextLong());
            }
            act(child, random);
        }
    }

    private void waiter(Child child, long seed) {
        Thread waiter = thread(seed, random -> {
            try {
                Result result = child.await();
                assertEquals(result, child.result().join());
            } catch (InterruptedException e) {
                assertTrue(child.isRunning() || child.result().isDone());
            }
        });
        waiting.add(waiter);
        if (new Random(seed).nextInt(3) == 0) {
            LockSupport.parkNanos(new Random(seed + 1).nextInt(500_000));
            waiter.interrupt();
        }
    }

    private static void act(Child child, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> child.kill();
            case 1 -> child.stop();
            case 2 -> child.signal(Signal.CONT);
            case 3 -> child.signal(Signal.TERM);
            default -> LockSupport.parkNanos(random.nextInt(300_000));
        }
    }

    @RepeatedTest(20)
    void runThatManyThreadsActOnEndsOnceAndLeavesNothing(RepetitionInfo repetition) throws Exception {
        long seed = 1_000L * repetition.getCurrentRepetition() + System.nanoTime() % 1_000;
        List<Thread> threads = new ArrayList<>();
        Supervisor supervisor =
                Supervisor.builder().closeTime(Duration.ofSeconds(2)).create();
        try {
            for (int starter = 0; starter < STARTERS; starter++) {
                threads.add(thread(seed + starter, random -> start(supervisor, random)));
            }
            Thread meddler = thread(seed + STARTERS, random -> {
                while (!over.get()) {
                    for (Child child : children) {
                        if (random.nextInt(8) == 0) {
                            act(child, random);
                        }
                    }
                    LockSupport.parkNanos(200_000);
                }
            });
            threads.add(meddler);
            // And a handler, which must not wait for any of them.
            Random ofHandler = new Random(seed + STARTERS + 1);
            children.add(supervisor.start(
                    Command.of("yes").env(ProcScan.MARKER_VARIABLE, marker).stdout(Output.onLoop(bytes -> {
                        for (Child child : children) {
                            if (ofHandler.nextInt(64) == 0) {
                                act(child, ofHandler);
                            }
                        }
                    }))));
            LockSupport.parkNanos(new Random(seed).nextInt(60_000_000));
        } finally {
            over.set(true);
            supervisor.close();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (Thread thread : waiting) {
            thread.join();
        }
        assertEquals(List.of(), List.copyOf(wrong), () -> "seed " + seed);
        for (Child child : children) {
            Result result = RunsCommands.checked(child.result().join());
            assertTrue(!child.isRunning() && result.cause() != Cause.FAILED, result::toString);
        }
        assertEquals(List.of(), ProcScan.withMarker(marker));
    }
}
