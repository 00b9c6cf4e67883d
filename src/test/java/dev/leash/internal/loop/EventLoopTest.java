package dev.leash.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.internal.sys.Epoll;
import dev.leash.support.LeakCheck;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The loop without its thread: the test turns it. */
@Timeout(60)
class EventLoopTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();
    private final List<Pipe> pipes = new ArrayList<>();
    private EventLoop loop;
    private boolean closed;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop();
        loop.adopt();
    }

    @AfterEach
    void close() {
        if (!closed) {
            loop.close();
        }
        for (Pipe pipe : pipes) {
            Descriptors.close(state, pipe.readEnd());
            Descriptors.close(state, pipe.writeEnd());
        }
    }

    private Pipe pipe() {
        Pipe pipe = Descriptors.pipe(state);
        assertTrue(pipe.readEnd() > 2);
        pipes.add(pipe);
        return pipe;
    }

    private void write(Pipe pipe, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(bytes, Descriptors.write(state, pipe.writeEnd(), arena.allocate(bytes)));
        }
    }

    private int read(Pipe pipe) {
        try (Arena arena = Arena.ofConfined()) {
            return Descriptors.read(state, pipe.readEnd(), arena.allocate(100));
        }
    }

    @Test
    void timersFireInOrderAndNeverEarly() {
        List<Long> late = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        long now = Clock.monotonicNanos();
        for (int index = 49; index >= 0; index--) {
            int number = index;
            long due = now + 1_000_000L + index * 333_333L;
            loop.schedule(due, () -> {
                late.add(Clock.monotonicNanos() - due);
                order.add(number);
            });
        }
        while (order.size() < 50) {
            loop.turn(true);
        }
        assertTrue(late.stream().allMatch(nanos -> nanos >= 0), late::toString);
        for (int index = 0; index < 50; index++) {
            assertEquals(index, order.get(index));
        }
    }

    @Test
    void cancelledTimerDoesNotFireAndAnEarlierOneStillWakesTheLoop() {
        List<String> fired = new ArrayList<>();
        Timer cancelled = loop.scheduleAfter(5_000_000_000L, () -> fired.add("cancelled"));
        loop.scheduleAfter(Long.MAX_VALUE, () -> fired.add("never"));
        loop.turn(false); // armed for the first
        loop.cancel(cancelled);
        loop.scheduleAfter(5_050_000_000L, () -> fired.add("second"));
        while (fired.isEmpty()) {
            loop.turn(true);
        }
        assertEquals(List.of("second"), fired);
    }

    @Test
    void timerScheduledByATimerForAnEarlierTimeThanArmedFires() {
        List<String> fired = new ArrayList<>();
        loop.scheduleAfter(3_600_000_000_000L, () -> fired.add("hour"));
        loop.turn(false);
        loop.scheduleAfter(1_000_000, () -> loop.scheduleAfter(1_000_000, () -> fired.add("soon")));
        while (fired.isEmpty()) {
            loop.turn(true);
        }
        assertEquals(List.of("soon"), fired);
    }

    @Test
    void tasksOfOtherThreadsRunOnTheLoopInTheirOrder() throws Exception {
        List<Integer> seen = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        AtomicInteger wrongThread = new AtomicInteger();
        Thread own = Thread.currentThread();
        int each = 5_000;
        for (int index = 0; index < 4; index++) {
            int base = index * each;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int number = 0; number < each; number++) {
                    int value = base + number;
                    loop.execute(() -> {
                        if (!Thread.currentThread().equals(own)) {
                            wrongThread.incrementAndGet();
                        }
                        seen.add(value);
                    });
                }
            }));
        }
        while (seen.size() < 4 * each) {
            loop.turn(true); // a lost wake-up would hang here
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, wrongThread.get());
        int[] next = {0, each, 2 * each, 3 * each};
        for (int value : seen) {
            assertEquals(next[value / each]++, value);
        }
    }

    @Test
    void taskThatAddsTasksDoesNotKeepDescriptorsWaiting() throws Exception {
        Pipe pipe = pipe();
        boolean[] ready = {false};
        Registration registration = loop.register(pipe.readEnd(), Epoll.IN, readiness -> ready[0] = true);
        Runnable[] again = new Runnable[1];
        again[0] = () -> loop.execute(again[0]);
        loop.execute(again[0]);
        write(pipe, 1);
        loop.turn(false);
        loop.turn(false);
        assertTrue(ready[0]);
        again[0] = () -> {};
        registration.cancel();
    }

    @Test
    void descriptorThatIsReadyIsReportedUntilItIsRead() throws Exception {
        Pipe pipe = pipe();
        AtomicInteger calls = new AtomicInteger();
        Registration registration = loop.register(pipe.readEnd(), Epoll.IN, readiness -> calls.incrementAndGet());
        loop.turn(false);
        assertEquals(0, calls.get());
        write(pipe, 3);
        loop.turn(false);
        loop.turn(false);
        assertEquals(2, calls.get());
        read(pipe);
        loop.turn(false);
        assertEquals(2, calls.get());
        write(pipe, 1);
        registration.interest(0);
        loop.turn(false);
        assertEquals(2, calls.get());
        registration.interest(Epoll.IN);
        loop.turn(false);
        assertEquals(3, calls.get());
        registration.cancel();
        registration.cancel();
        loop.turn(false);
        assertEquals(3, calls.get());
    }

    /** Both are ready in one batch; whichever is first closes the other, whose slot is taken anew at once. */
    @Test
    void staleEventOfAClosedDescriptorDoesNotReachTheNextOwnerOfItsSlot() throws Exception {
        Pipe first = pipe();
        Pipe second = pipe();
        Pipe third = pipe();
        write(first, 1);
        write(second, 1);
        List<String> calls = new ArrayList<>();
        Registration[] registrations = new Registration[3];
        registrations[0] = loop.register(first.readEnd(), Epoll.IN, readiness -> {
            calls.add("first");
            replace(registrations, 0, 1, third, calls);
        });
        registrations[1] = loop.register(second.readEnd(), Epoll.IN, readiness -> {
            calls.add("second");
            replace(registrations, 1, 0, third, calls);
        });
        loop.turn(false);
        assertEquals(1, calls.size(), calls::toString);
        loop.turn(false);
        assertFalse(calls.contains("third"), "nothing was ever written to it");
        for (Registration registration : registrations) {
            registration.cancel();
        }
    }

    private void replace(Registration[] registrations, int self, int other, Pipe third, List<String> calls) {
        registrations[self].cancel();
        registrations[other].cancel(); // its slot is free, and its event is still in the batch
        try {
            registrations[2] = loop.register(third.readEnd(), Epoll.IN, readiness -> calls.add("third"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void manyRegistrationsComeAndGo() throws Exception {
        for (int round = 0; round < 3; round++) {
            List<Registration> registrations = new ArrayList<>();
            AtomicInteger calls = new AtomicInteger();
            int first = pipes.size();
            for (int index = 0; index < 150; index++) {
                registrations.add(loop.register(pipe().readEnd(), Epoll.IN, readiness -> calls.incrementAndGet()));
            }
            for (int index = 0; index < 150; index += 3) {
                write(pipes.get(first + index), 1);
            }
            loop.turn(false);
            assertEquals(50, calls.get());
            registrations.forEach(Registration::cancel);
            loop.turn(false);
            assertEquals(50, calls.get());
        }
    }

    /** A handler that takes long must not carry the timers with it: the next one waits until they have fired. */
    @Test
    void timerFiresBetweenTwoHandlersOfOneTurn() throws Exception {
        List<String> calls = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        for (int index = 0; index < 2; index++) {
            Pipe pipe = pipe();
            write(pipe, 1);
            registrations.add(loop.register(pipe.readEnd(), Epoll.IN, readiness -> {
                if (calls.isEmpty()) {
                    // It is due while this handler takes its time, and not before.
                    loop.scheduleAfter(1_000_000, () -> calls.add("timer"));
                }
                calls.add("handler");
                long until = Clock.monotonicNanos() + 300_000_000;
                while (Clock.monotonicNanos() < until) {
                    Thread.onSpinWait();
                }
            }));
        }
        loop.turn(false);
        assertEquals(List.of("handler", "timer", "handler"), calls);
        registrations.forEach(Registration::cancel);
    }

    /** What a timer would call too late may have come in time: it is only seen in the next turn. */
    @Test
    void verdictComesAfterAllThatIsReadyAndAllTasks() throws Exception {
        Pipe pipe = pipe();
        List<String> calls = new ArrayList<>();
        Registration registration = loop.register(pipe.readEnd(), Epoll.IN, readiness -> {
            read(pipe);
            calls.add("ready");
        });
        loop.schedule(0, () -> {
            write(pipe, 1);
            loop.whenCaughtUp(() -> calls.add("verdict"));
            loop.execute(() -> calls.add("task"));
        });
        for (int turns = 0; turns < 3 && calls.size() < 3; turns++) {
            loop.turn(false);
        }
        assertEquals(
                List.of("ready", "task", "verdict"), calls.stream().sorted().toList());
        assertEquals("verdict", calls.getLast(), calls::toString);
        loop.whenCaughtUp(() -> calls.add("another"));
        loop.turn(true); // it does not wait where nothing else comes
        assertEquals("another", calls.getLast(), calls::toString);
        registration.cancel();
    }

    @Test
    void verdictWaitsForMoreThanOneTurnCanReport() throws Exception {
        int many = Poller.BATCH + 44;
        List<Registration> registrations = new ArrayList<>();
        List<String> calls = new ArrayList<>();
        for (int index = 0; index < many; index++) {
            Pipe pipe = pipe();
            write(pipe, 1);
            registrations.add(loop.register(pipe.readEnd(), Epoll.IN, readiness -> {
                read(pipe);
                calls.add("ready");
            }));
        }
        loop.whenCaughtUp(() -> calls.add("verdict"));
        for (int turns = 0; turns < 5 && !calls.contains("verdict"); turns++) {
            loop.turn(false);
        }
        assertEquals(many, calls.indexOf("verdict"), "all were handled before");
        registrations.forEach(Registration::cancel);
    }

    @Test
    void taskThatComesAfterTheEndRunsWhereItIsBrought() {
        List<String> ran = new ArrayList<>();
        loop.execute(() -> ran.add("left over"));
        loop.close();
        closed = true;
        loop.execute(() -> ran.add("late"));
        assertEquals(List.of("left over", "late"), ran);
    }

    @Test
    void threadEndsWhenItIsToldAndSaysSo() throws Exception {
        EventLoop threaded = new EventLoop();
        CountDownLatch last = new CountDownLatch(1);
        boolean[] end = {false};
        List<Throwable> deaths = new ArrayList<>();
        new LoopThread("leash-loop-test", threaded, () -> end[0], deaths::add, last::countDown).start();
        threaded.execute(() -> end[0] = true);
        last.await();
        assertEquals(List.of(), deaths);
    }

    @Test
    void handlerThatThrowsEndsTheThreadWhichTellsWhy() throws Exception {
        EventLoop threaded = new EventLoop();
        CountDownLatch last = new CountDownLatch(1);
        List<Throwable> deaths = new ArrayList<>();
        new LoopThread("leash-loop-test", threaded, () -> false, deaths::add, last::countDown).start();
        IllegalStateException thrown = new IllegalStateException("thrown by a task");
        threaded.execute(() -> {
            throw thrown;
        });
        last.await();
        assertEquals(List.of(thrown), deaths);
    }
}
