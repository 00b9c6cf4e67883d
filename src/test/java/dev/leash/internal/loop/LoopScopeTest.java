package dev.leash.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.support.LeakCheck;
import dev.leash.support.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one run throws on the loop is told to that run, and the loop goes on. */
@Timeout(60)
class LoopScopeTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final Error error = new OutOfMemoryError("on purpose");
    private final List<Throwable> told = new ArrayList<>();
    private final List<Throwable> toldToOther = new ArrayList<>();
    private EventLoop loop;
    private LoopScope run;
    private LoopScope other;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop();
        loop.adopt();
        run = new LoopScope(loop, null, told::add);
        other = new LoopScope(loop, null, toldToOther::add);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void fail() {
        throw error;
    }

    @Test
    void taskThatThrowsIsToldToItsRunAndTheNextOneRuns() {
        List<String> ran = new ArrayList<>();
        run.execute(this::fail);
        other.execute(() -> ran.add("of another"));
        run.execute(() -> ran.add("of the same"));
        loop.turn(false);
        assertEquals(List.of(error), told);
        assertEquals(Set.of("of another", "of the same"), Set.copyOf(ran));
        assertEquals(List.of(), toldToOther);
    }

    @Test
    void timerThatThrowsIsToldToItsRunAndTheNextOneFires() {
        List<String> fired = new ArrayList<>();
        run.insist(() -> {
            run.schedule(1, this::fail);
            run.scheduleAfter(0, this::fail);
        });
        other.insist(() -> other.schedule(2, () -> fired.add("of another")));
        loop.turn(false);
        assertEquals(List.of(error, error), told);
        assertEquals(List.of("of another"), fired);
    }

    @Test
    void handlerThatThrowsIsToldToItsRunAndTheNextOneIsCalled() throws Exception {
        CallState state = CallState.create();
        Pipe one = Descriptors.pipe(state);
        Pipe two = Descriptors.pipe(state);
        Descriptors.close(state, one.writeEnd());
        Descriptors.close(state, two.writeEnd());
        List<String> called = new ArrayList<>();
        Registration broken = Scopes.act(run, () -> run.register(one.readEnd(), Epoll.IN, readiness -> fail()));
        Registration sound =
                Scopes.act(other, () -> other.register(two.readEnd(), Epoll.IN, readiness -> called.add("of another")));
        loop.turn(true);
        assertEquals(List.of(error), told);
        assertEquals(List.of("of another"), called);
        run.insist(broken::cancel);
        other.insist(sound::cancel);
        Descriptors.close(state, one.readEnd());
        Descriptors.close(state, two.readEnd());
    }

    /** Then somebody has to be told, and the loop tells all. */
    @Test
    void runThatCannotBeToldEndsTheLoop() {
        LoopScope deaf = new LoopScope(loop, null, thrown -> fail());
        deaf.execute(() -> {
            throw new IllegalStateException("the first");
        });
        assertSame(error, assertThrows(OutOfMemoryError.class, () -> loop.turn(false)));
        deaf.insist(() -> deaf.schedule(1, () -> {
            throw new IllegalStateException("the first");
        }));
        assertSame(error, assertThrows(OutOfMemoryError.class, () -> loop.turn(false)));
    }

    @Test
    void whatAThreadDoesThatDoesNotActIsRefused() {
        assertThrows(IllegalStateException.class, () -> run.callState());
        run.insist(() -> {
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                assertThrows(AssertionError.class, () -> run.scheduleAfter(1, () -> {}));
                assertThrows(AssertionError.class, () -> run.callState());
                assertThrows(AssertionError.class, () -> run.register(0, Epoll.IN, readiness -> {}));
                assertThrows(AssertionError.class, () -> loop.turn(false));
            });
            done.join();
        });
    }

    /** Its descriptors are closed, and their numbers may be those of other files. */
    @Test
    void nothingCanBePolledOnALoopThatIsClosed() throws Exception {
        EventLoop ended = new EventLoop();
        CallState state = CallState.create();
        Pipe pipe = Descriptors.pipe(state);
        Registration registration = ended.register(pipe.readEnd(), Epoll.IN, readiness -> {});
        ended.close();
        SystemCallException refused = assertThrows(
                SystemCallException.class, () -> ended.register(pipe.writeEnd(), Epoll.OUT, readiness -> {}));
        assertEquals(Errno.EBADF, refused.errno());
        registration.interest(0);
        registration.cancel();
        Descriptors.close(state, pipe.readEnd());
        Descriptors.close(state, pipe.writeEnd());
    }

    /** Many threads bring tasks to a loop that ends: each is run, one at a time, and each may use what is the loop's. */
    @Test
    void tasksOfAnEndedLoopAreRunOneAtATimeAndNoneIsForgotten() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventLoop ending = new EventLoop();
            int[] ran = {0}; // no atomic: whoever runs them sees what the one before has done
            List<Thread> threads = new ArrayList<>();
            List<Throwable> thrown = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                threads.add(Thread.ofPlatform().unstarted(() -> {
                    for (int task = 0; task < 50; task++) {
                        ending.execute(() -> {
                            ran[0]++;
                            assertEquals(true, ending.isLoopThread());
                            CallState ignored = ending.callState();
                            ending.cancel(ending.scheduleAfter(1, () -> {}));
                        });
                    }
                }));
            }
            threads.forEach(thread -> thread.setUncaughtExceptionHandler((where, what) -> {
                synchronized (thrown) {
                    thrown.add(what);
                }
            }));
            threads.forEach(Thread::start);
            ending.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), thrown);
            assertEquals(200, ran[0]);
        }
    }
}
