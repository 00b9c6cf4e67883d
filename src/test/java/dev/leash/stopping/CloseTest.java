package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.Children;
import dev.leash.support.RunsCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing a supervisor: everything is stopped, nothing is left, whoever closes it and how often. */
@Timeout(60)
class CloseTest extends RunsCommands {
    @Test
    void closeStopsEverythingAndWaits() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            children.add(start(sh("sleep 60 & sleep 60")));
        }
        supervisor.close();
        assertEquals(List.of(), alive());
        for (Child child : children) {
            assertFalse(child.isRunning());
            Result result = checked(child.await());
            assertEquals(Cause.CLOSED, result.cause());
            assertTrue(killed(result));
        }
        assertThrows(RejectedExecutionException.class, () -> start(Command.of("true")));
        supervisor.close();
    }

    @Test
    void closeStopsEachRunByItsOwnPlanAllAtTheSameTime() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            children.add(start(Command.of(Children.path("ignores-term"))
                    .stopPlan(StopPlan.signal(Signal.TERM).then(millis(500)).kill())));
        }
        Child polite = start(Command.of(Children.path("exits-zero-on-term"))
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(40))
                        .kill()));
        eventually("all have set their traps", () -> sleepers() == 21);
        long start = System.nanoTime();
        supervisor.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertAtLeast(millis(500), took);
        assertAtMost(Duration.ofSeconds(8), took);
        assertEquals(new ExitStatus.Exited(0), checked(polite.await()).status());
        for (Child child : children) {
            Result result = checked(child.await());
            assertEquals(Cause.CLOSED, result.cause());
            assertTrue(killed(result));
            assertEquals(2, result.stopSteps().size());
        }
    }

    @Test
    void closeOfManyStubbornKindsTakesTheTimeOfOne() throws Exception {
        List<Command> kinds = List.of(
                Command.of(Children.path("contain-ignores"), marker),
                Command.of(Children.path("contain-ignores"), marker).containment(Containment.TREE),
                Command.of(Children.path("contain-stops"), marker),
                Command.of(Children.path("contain-hops"), marker).containment(Containment.TREE),
                Command.of(Children.path("contain-daemon"), marker, "60").containment(Containment.TREE),
                Command.of(Children.path("members-ignore-term")),
                Command.of(Children.path("ignores-term")).terminal(80, 24),
                Command.of(Children.path("ignores-term")).pipeTo(Command.of(Children.path("ignores-term"))));
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < 40; index++) {
            children.add(start(kinds.get(index % kinds.size())
                    .stopPlan(StopPlan.signal(Signal.TERM).then(millis(500)).kill())));
        }
        eventually("they have their children", () -> alive().size() > 150);
        long start = System.nanoTime();
        supervisor.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertEquals(List.of(), alive());
        assertAtLeast(millis(500), took);
        assertAtMost(Duration.ofSeconds(12), took); // one after the other they would take twenty, and then some
        for (Child child : children) {
            assertEquals(Cause.CLOSED, checked(child.await()).cause());
        }
    }

    @Test
    void closeDoesNotTakeLongerThanItsTimeWhateverThePlansSay() throws Exception {
        StopPlan patient =
                StopPlan.signal(Signal.TERM).then(Duration.ofMinutes(10)).kill();
        Supervisor hasty = Supervisor.builder().closeTime(millis(3000)).create();
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < 10; index++) {
            children.add(hasty.start(
                    marked(Command.of(Children.path("ignores-term"))).stopPlan(patient)));
        }
        Child polite = hasty.start(
                marked(Command.of(Children.path("exits-zero-on-term"))).stopPlan(patient));
        eventually("all have set their traps", () -> sleepers() == 11);
        hasty.close();
        assertEquals(List.of(), alive());
        for (Child child : children) {
            Result result = checked(child.await());
            assertEquals(Cause.CLOSED, result.cause());
            assertTrue(killed(result));
            assertEquals(2, result.stopSteps().size());
        }
        assertEquals(new ExitStatus.Exited(0), polite.await().status());
    }

    @Test
    void closeOfManyThreadsAtOnceEndsForAllOfThem() throws Exception {
        for (int round = 0; round < 30; round++) {
            Supervisor closed = Supervisor.create();
            for (int index = 0; index < 3; index++) {
                closed.start(marked(Command.of("sleep", "60")));
            }
            ConcurrentLinkedQueue<String> early = new ConcurrentLinkedQueue<>();
            atTheSameInstant(4, () -> {
                closed.close();
                if (!alive().isEmpty()) {
                    early.add("returned before the end");
                }
            });
            assertEquals(List.of(), List.copyOf(early));
        }
    }

    @Test
    void closeOfTwoThreadsAtTheSameInstantEndsForBoth() throws Exception {
        for (int round = 0; round < 1_000; round++) {
            atTheSameInstant(2, Supervisor.create()::close);
        }
    }

    private static void atTheSameInstant(int count, Runnable action) throws InterruptedException {
        AtomicInteger missing = new AtomicInteger(count);
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                missing.decrementAndGet();
                while (missing.get() > 0) {
                    Thread.onSpinWait(); // a barrier would wake them one after the other
                }
                action.run();
            }));
        }
        for (Thread thread : threads) {
            assertTrue(thread.join(Duration.ofSeconds(20)), "it hangs");
        }
    }

    @Test
    void closeFromACallbackEnds() throws Exception {
        Child other = start(Command.of("sleep", "60"));
        Child child = start(Command.of("sleep", "0.05"));
        CompletableFuture<Boolean> closed = child.result().thenApply(result -> {
            supervisor.close();
            return result.succeeded();
        });
        assertTrue(closed.join());
        assertEquals(Cause.CLOSED, checked(other.await()).cause());
    }

    @Test
    void closeWhileFiftyThreadsAreStartingLeavesNothing() throws Exception {
        for (int round = 0; round < 10; round++) {
            Supervisor closed = Supervisor.create();
            ConcurrentLinkedQueue<Child> started = new ConcurrentLinkedQueue<>();
            ConcurrentLinkedQueue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
            List<Thread> starters = new ArrayList<>();
            for (int index = 0; index < 50; index++) {
                Thread.Builder builder = index % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                starters.add(builder.start(() -> {
                    try {
                        while (true) {
                            started.add(closed.start(marked(sh("sleep 60 & sleep 60"))));
                        }
                    } catch (RejectedExecutionException e) {
                        // closed: that is what ends this
                    } catch (IOException | RuntimeException e) {
                        unexpected.add(e);
                    }
                }));
            }
            eventually("some have started", () -> started.size() > 20);
            closed.close();
            assertEquals(List.of(), alive(), "when close() has returned");
            for (Thread starter : starters) {
                starter.join();
            }
            assertEquals(List.of(), alive());
            assertEquals(List.of(), List.copyOf(unexpected));
            for (Child child : started) {
                assertFalse(child.isRunning());
                assertEquals(Cause.CLOSED, checked(child.await()).cause());
            }
        }
    }

    @Test
    void interruptOfCloseKillsAtOnceAndIsKept() throws Exception {
        Child child = start(Command.of(Children.path("ignores-term"))
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(50))
                        .kill()));
        eventually("it ignores TERM", () -> alive().stream()
                .anyMatch(info -> info.name().equals("sleep")));
        CompletableFuture<Boolean> kept = new CompletableFuture<>();
        Thread closer = Thread.ofPlatform().start(() -> {
            supervisor.close();
            kept.complete(Thread.currentThread().isInterrupted());
        });
        eventually("it waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
        closer.interrupt();
        assertTrue(kept.join());
        closer.join();
        Result result = checked(child.await());
        assertEquals(Cause.CLOSED, result.cause());
        assertTrue(killed(result));
    }

    @Test
    void handlesOfAClosedSupervisorStillAnswer() throws Exception {
        Child child = start(sh("echo kept"));
        child.await();
        supervisor.close();
        assertEquals("kept\n", child.await().stdout());
        assertEquals("kept\n", child.result().join().stdout());
        assertFalse(child.signal(Signal.TERM));
        assertTrue(child.toHandle().isEmpty());
        child.stop();
        child.kill();
        assertFalse(child.isRunning());
    }

    @Test
    void supervisorsAreIndependent() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        try (Supervisor other =
                Supervisor.builder().name("leash-other").shutdownHook(false).create()) {
            other.start(marked(Command.of("sleep", "60")));
            assertTrue(other.run(Command.of("true")).succeeded());
        }
        assertTrue(child.isRunning());
        eventually("it alone lives", () -> alive().size() == 1);
    }
}
