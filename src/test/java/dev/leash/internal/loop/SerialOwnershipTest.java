package dev.leash.internal.loop;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.internal.sys.Epoll;
import dev.leash.support.LeakCheck;
import dev.leash.support.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One thread at a time acts on a run, whichever it is, and what no thread may do at once is not forgotten. */
@Timeout(60)
class SerialOwnershipTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<Throwable> died = new AtomicReference<>();
    private final List<Throwable> told = new ArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean end;
    private EventLoop loop;
    private LoopScope run;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop();
        new LoopThread("leash-serial", loop, () -> end, died::set, closed::countDown).start();
        run = new LoopScope(loop, null, told::add);
    }

    @AfterEach
    void close() throws Exception {
        goOn.countDown(); // also where a test has failed before
        loop.execute(() -> end = true);
        closed.await();
        assertSame(null, died.get());
    }

    /** Keeps the loop's thread acting on the run until it is told to go on. */
    private void occupy() throws InterruptedException {
        CountDownLatch there = new CountDownLatch(1);
        run.execute(() -> {
            there.countDown();
            awaitQuietly(goOn);
        });
        there.await();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread settled() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        run.execute(ran::countDown);
        ran.await();
        eventually("nothing is queued", () -> run.tryHere(() -> true));
        return Thread.currentThread();
    }

    @Test
    void threadActsItselfWhereNoOtherDoes() throws Exception {
        settled();
        AtomicReference<Thread> actor = new AtomicReference<>();
        assertTrue(run.tryHere(() -> {
            actor.set(Thread.currentThread());
            assertFalse(run.isHome());
            assertTrue(run.callState().isCallers());
            return true;
        }));
        assertSame(Thread.currentThread(), actor.get());
        assertFalse(run.tryHere(() -> false), "it is left to the loop");
    }

    @Test
    void threadDoesNotActWhereAnotherDoesNorBeforeWhatIsQueued() throws Exception {
        occupy();
        List<String> order = new ArrayList<>();
        assertFalse(run.tryHere(() -> order.add("too early")));
        run.execute(() -> order.add("queued"));
        goOn.countDown();
        // In the same thread's order: either the task has been run, or this is refused.
        eventually("it may act", () -> run.tryHere(() -> order.add("after")));
        assertEquals(List.of("queued", "after"), order);
    }

    @Test
    void whatAThreadThrowsFailsTheRunOnItsLoop() throws Exception {
        settled();
        IllegalStateException thrown = new IllegalStateException("on purpose");
        assertTrue(run.tryHere(() -> {
            throw thrown;
        }));
        settled();
        assertEquals(List.of(thrown), told);
    }

    @Test
    void eventThatIsReportedOnceComesWhenTheOtherThreadHasActed() throws Exception {
        Pipe pipe = Descriptors.pipe(state);
        AtomicInteger events = new AtomicInteger();
        settled();
        AtomicReference<Registration> registration = new AtomicReference<>();
        run.tryHere(() -> {
            registration.set(register(run, pipe, Epoll.IN | Epoll.ONESHOT, events));
            assertEquals(0, Descriptors.writeAll(state, pipe.writeEnd(), new byte[1]));
            // The loop's thread meets the event while this one acts.
            long until = System.nanoTime() + 20_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            assertEquals(0, events.get());
            return true;
        });
        eventually("it is told", () -> events.get() == 1);
        cancel(registration.get(), pipe);
    }

    private static Registration register(LoopScope scope, Pipe pipe, int interest, AtomicInteger events) {
        try {
            return scope.register(pipe.readEnd(), interest, readiness -> events.incrementAndGet());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void cancel(Registration registration, Pipe pipe) throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        run.execute(() -> {
            registration.cancel();
            cancelled.countDown();
        });
        cancelled.await();
        Descriptors.close(state, pipe.readEnd());
        Descriptors.close(state, pipe.writeEnd());
    }

    /** The loop sleeps until the timerfd fires, for which the other threads arm it. */
    @RepeatedTest(20)
    void timersOfOtherThreadsFireThoughTheLoopIsNotWoken() throws Exception {
        int threads = 4;
        int timers = 50;
        CountDownLatch fired = new CountDownLatch(threads * timers);
        AtomicInteger early = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            LoopScope own = Scopes.of(loop);
            all.add(Thread.ofPlatform().start(() -> {
                for (int timer = 0; timer < timers; timer++) {
                    // Each earlier than the one before, so that each has to be armed for.
                    long due = Clock.monotonicNanos() + 2_000_000 + (timers - timer) * 100_000L;
                    eventually(
                            "it acts",
                            () -> own.tryHere(() -> {
                                own.schedule(due, () -> {
                                    early.addAndGet(Clock.monotonicNanos() < due ? 1 : 0);
                                    fired.countDown();
                                });
                                return true;
                            }));
                }
            }));
        }
        for (Thread thread : all) {
            thread.join();
        }
        fired.await(); // the test's own time limit would tell of one that never fires
        assertEquals(0, early.get());
    }

    @Test
    void timerThatAnotherThreadHasCancelledDoesNotFire() throws Exception {
        settled();
        AtomicInteger fired = new AtomicInteger();
        AtomicReference<Timer> timer = new AtomicReference<>();
        long due;
        do { // until it is cancelled before it is due, which is at once unless this thread gets no processor
            fired.set(0);
            due = Clock.monotonicNanos() + 30_000_000;
            long time = due;
            eventually(
                    "it is scheduled",
                    () -> run.tryHere(() -> {
                        timer.set(run.schedule(time, fired::incrementAndGet));
                        return true;
                    }));
            eventually(
                    "it is cancelled",
                    () -> run.tryHere(() -> {
                        run.cancel(timer.get());
                        return true;
                    }));
        } while (Clock.monotonicNanos() >= due);
        long cancelled = due;
        CountDownLatch later = new CountDownLatch(1);
        run.execute(() -> run.schedule(cancelled + 1_000_000, later::countDown));
        later.await();
        assertEquals(0, fired.get());
    }

    @Test
    void verdictThatWaitsWhenTheRunMovesAwayIsTheNewLoops() throws Exception {
        settled();
        CallerRunsLoop own = new CallerRunsLoop();
        own.adopt();
        assertTrue(run.tryMove(loop, own.loop()));
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        assertTrue(run.insist(() -> run.whenCaughtUp(() -> onLoop.complete(loop.isLoopThread()))));
        run.moveAway(own.loop(), loop);
        own.leave();
        assertTrue(onLoop.get());
        own.close();
    }

    @Test
    void nothingIsDoneInTheNameOfALoopThatHasGivenTheRunAway() throws Exception {
        settled();
        CallerRunsLoop own = new CallerRunsLoop();
        own.adopt();
        assertFalse(run.insist(() -> {
            throw new AssertionError("it is on another loop");
        }));
        assertTrue(run.tryMove(loop, own.loop()));
        AtomicReference<Thread> actor = new AtomicReference<>();
        assertTrue(run.insist(() -> actor.set(Thread.currentThread())));
        assertSame(Thread.currentThread(), actor.get());
        run.moveAway(own.loop(), loop);
        own.leave();
        own.close();
    }

    /** Threads bring tasks and act, and one takes the run to its own loop and back, all at the same time. */
    @RepeatedTest(50)
    void oneThreadAtATimeActsAndNothingIsLostOrOutOfOrderThoughTheRunMoves() throws Exception {
        int threads = 3;
        int actions = 300;
        int[] acting = {0};
        int[] done = {0};
        int[][] last = new int[threads][1];
        List<String> wrong = new ArrayList<>();
        AtomicInteger left = new AtomicInteger(threads);
        Pipe pipe = Descriptors.pipe(state);
        AtomicInteger events = new AtomicInteger();
        AtomicReference<Registration> registration = new AtomicReference<>();
        CountDownLatch registered = new CountDownLatch(1);
        run.execute(() -> {
            registration.set(register(run, pipe, Epoll.IN | Epoll.ONESHOT, events));
            registered.countDown();
        });
        registered.await();
        List<Thread> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int number = thread;
            all.add(Thread.ofPlatform().start(() -> {
                for (int action = 1; action <= actions; action++) {
                    int which = action;
                    Runnable act = () -> {
                        if (acting[0]++ != 0) {
                            wrong.add("two at once");
                        }
                        if (last[number][0] != which - 1) {
                            wrong.add(number + ": " + which + " after " + last[number][0]);
                        }
                        last[number][0] = which;
                        done[0]++;
                        acting[0]--;
                    };
                    if (ThreadLocalRandom.current().nextBoolean()
                            || !run.tryHere(() -> {
                                act.run();
                                return true;
                            })) {
                        run.execute(act);
                    }
                }
                left.decrementAndGet();
            }));
        }
        // The loop's thread insists, as for a handler, and gets its way only where the run is its own.
        all.add(Thread.ofPlatform().start(() -> {
            while (left.get() > 0) {
                CompletableFuture<Void> insisted = new CompletableFuture<>();
                loop.execute(() -> {
                    for (int time = 0; time < 100; time++) {
                        boolean ignored = run.insist(() -> {
                            if (!run.isHome()) {
                                wrong.add("insisted on the run of another loop");
                            }
                        });
                    }
                    insisted.complete(null);
                });
                insisted.join();
            }
        }));
        move(left);
        for (Thread thread : all) {
            thread.join();
        }
        settled();
        assertEquals(List.of(), wrong);
        assertEquals(threads * actions, done[0]);
        assertEquals(List.of(), told);
        assertEquals(0, Descriptors.writeAll(state, pipe.writeEnd(), new byte[1]));
        eventually("the run is still polled for", () -> events.get() == 1);
        cancel(registration.get(), pipe);
    }

    private void move(AtomicInteger left) throws Exception {
        CallerRunsLoop own = new CallerRunsLoop();
        own.adopt();
        int moves = 0;
        while (left.get() > 0 || moves == 0) {
            if (run.tryMove(loop, own.loop())) {
                moves++;
                own.loop().turn(false);
                run.moveAway(own.loop(), loop);
            }
        }
        own.leave();
        own.close();
    }
}
