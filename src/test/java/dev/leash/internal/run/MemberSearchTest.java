package dev.leash.internal.run;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.contain.ProcessTree;
import dev.leash.internal.loop.CallerRunsLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Scopes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of real processes that a search has stopped, when nothing waits for its result any more. */
@Timeout(60)
class MemberSearchTest {
    private static final long MINUTE = 60_000_000_000L;

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();
    private final CountDownLatch mayReturn = new CountDownLatch(1);
    private final List<Boolean> answers = new ArrayList<>();
    private CallerRunsLoop loop;
    private LoopScope scope;
    private RawChild child;

    /** Its own child, which the group does not hold. */
    private ProcessHandle left;

    private ProcessSet tree;

    @BeforeEach
    void open() throws Exception {
        loop = new CallerRunsLoop();
        loop.adopt();
        scope = Scopes.of(loop.loop());
        ProcessSet.Factory factory = ProcessTree.prepare();
        child = RawChild.start("/bin/sh", "-c", "setsid sleep 600 & wait");
        eventually("it has left the group", () -> {
            left = ProcessHandle.of(child.pid())
                    .orElseThrow()
                    .children()
                    .findFirst()
                    .orElse(null);
            return left != null && ProcScan.of(left.pid()).orElseThrow().name().equals("sleep");
        });
        tree = factory.of(state, child.pid(), child.pidfd());
    }

    @AfterEach
    void close() {
        left.destroyForcibly();
        child.close();
        tree.close(state);
        loop.close();
    }

    private char stateOfTheOneThatLeft() {
        return ProcScan.of(left.pid()).map(ProcScan.Info::state).orElse('X');
    }

    private void turnUntil(BooleanSupplier condition) {
        eventually("it comes to the loop", () -> {
            loop.loop().turn(false);
            return condition.getAsBoolean();
        });
    }

    /** Starts a search that stops the child, and returns no result before it may. */
    private MemberSearch search(long limitNanos, Runnable answered) {
        return MemberSearch.start(scope, new Held(tree), true, limitNanos, snapshot -> {
            answers.add(snapshot != null);
            answered.run();
        });
    }

    private void letItReturn() {
        eventually("the search has stopped it", () -> stateOfTheOneThatLeft() == 'T');
        mayReturn.countDown();
        turnUntil(() -> stateOfTheOneThatLeft() != 'T');
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelledSearchKillsOrContinuesWhatItHasStopped(boolean kill) {
        scope.insist(() -> search(MINUTE, () -> {}).cancel(kill));
        letItReturn();
        assertEquals(List.of(), answers);
        assertEnd(kill);
    }

    /** The look for exits that comes before the answer is handled may find that the result does not matter any more. */
    @Test
    void searchThatIsCancelledWhileItsLimitAnswersContinuesWhatItHasStopped() {
        MemberSearch[] search = new MemberSearch[1];
        scope.insist(() -> search[0] = search(1, () -> search[0].cancel(false)));
        turnUntil(() -> !answers.isEmpty());
        assertEquals(List.of(false), answers);
        letItReturn();
        assertEquals(List.of(false), answers, "nothing more is told");
        assertEnd(false);
    }

    @Test
    void searchThatIsCancelledWhileItsResultIsHandledContinuesWhatItHasStopped() {
        MemberSearch[] search = new MemberSearch[1];
        scope.insist(() -> search[0] = search(MINUTE, () -> search[0].cancel(false)));
        letItReturn();
        assertEquals(List.of(true), answers);
        assertEnd(false);
    }

    private void assertEnd(boolean killed) {
        eventually("it is dead, or runs again", () -> (killed ? "ZX" : "S").indexOf(stateOfTheOneThatLeft()) >= 0);
    }

    /** The tree, whose search returns when it may. */
    private final class Held implements ProcessSet {
        private final ProcessSet real;

        Held(ProcessSet real) {
            this.real = real;
        }

        @Override
        public MemberSnapshot snapshot(CallState own, boolean freeze) throws IOException {
            MemberSnapshot snapshot = real.snapshot(own, freeze);
            try {
                mayReturn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return snapshot;
        }

        @Override
        public int signal(CallState own, int signal) {
            return real.signal(own, signal);
        }

        @Override
        public boolean reachesAll() {
            return false;
        }

        @Override
        public boolean needsZombieLeader() {
            return real.needsZombieLeader();
        }

        @Override
        public boolean provenEmpty(CallState own) {
            return real.provenEmpty(own);
        }
    }
}
