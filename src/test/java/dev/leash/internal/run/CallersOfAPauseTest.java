package dev.leash.internal.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.Pausable;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.loop.CallerRunsLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.Scopes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who waits for a pause that does not take effect, since a member hangs in the kernel. */
@Timeout(60)
class CallersOfAPauseTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();
    private final CompletableFuture<Delivery> first = new CompletableFuture<>();
    private final CompletableFuture<Delivery> second = new CompletableFuture<>();
    private boolean running = true;
    private CallerRunsLoop loop;
    private LoopScope scope;
    private Pause pause;
    private SignalDelivery signals;

    @BeforeEach
    void open() throws Exception {
        loop = new CallerRunsLoop();
        loop.adopt();
        scope = Scopes.of(loop.loop());
        ProcessSet members = new Hanging();
        pause = new Pause(scope, members, () -> running, resumed::incrementAndGet);
        signals = new SignalDelivery(scope, members, List.of(), 1, () -> !running, pause);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void act(Runnable action) throws Exception {
        boolean done = Scopes.act(scope, () -> {
            action.run();
            return true;
        });
        assertTrue(done);
    }

    @Test
    void theyAreAnsweredWhenTheRunEndsThoughNoTimerComes() throws Exception {
        act(() -> pause.begin(signals, first));
        act(() -> pause.begin(signals, second));
        assertFalse(first.isDone() || second.isDone());
        running = false;
        act(pause::giveUp);
        assertTrue(first.isDone() && second.isDone());
        assertFalse(first.join().reached() || second.join().reached());
    }

    @Test
    void theyAreAnsweredWhenItIsContinued() throws Exception {
        act(() -> pause.begin(signals, first));
        act(() -> pause.end(signals, second));
        assertTrue(second.join().reached());
        assertEquals(1, resumed.get());
        act(pause::giveUp); // as the next timer would
        assertTrue(first.isDone());
        assertFalse(first.join().reached());
        assertFalse(pause.isPaused());
    }

    /** What it had open has a number that may be another file's by then. */
    @Test
    void nothingIsDoneWithTheMembersOfARunThatHasEnded() throws Exception {
        act(pause::giveUp); // the last that is done with them
        act(() -> pause.begin(signals, first));
        act(() -> pause.end(signals, second));
        assertFalse(first.join().reached() || second.join().reached());
        assertEquals(0, first.join().refusal() + second.join().refusal());
        assertEquals(0, asked.get());
    }

    /** Can be paused and continued, and no pause ever takes effect. */
    private final class Hanging implements ProcessSet, Pausable {
        @Override
        public Pausable pausable() {
            return this;
        }

        @Override
        public int pause(CallState state) {
            asked.incrementAndGet();
            return 0;
        }

        @Override
        public int resume(CallState state) {
            asked.incrementAndGet();
            return 0;
        }

        @Override
        public boolean isPaused(CallState state) {
            return false;
        }

        @Override
        public int signal(CallState state, int signal) {
            return 0;
        }

        @Override
        public boolean reachesAll() {
            return false;
        }

        @Override
        public boolean needsZombieLeader() {
            return false;
        }

        @Override
        public boolean provenEmpty(CallState state) {
            return false;
        }

        @Override
        public MemberSnapshot snapshot(CallState state, boolean freeze) {
            throw new AssertionError("no search is needed");
        }
    }
}
