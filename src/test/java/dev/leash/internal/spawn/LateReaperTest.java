package dev.leash.internal.spawn;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Its thread is there as long as there is something to reap: {@link LeakCheck} sees it go. */
@Timeout(60)
class LateReaperTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @Test
    void aChildIsReapedWhenItExitsAndNotBefore() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            LateReaper.take(child.pid());
            try (RawChild quick = RawChild.start("true")) {
                quick.forget();
                LateReaper.take(quick.pid());
                eventually("the one that has exited is reaped", () -> ProcScan.of(quick.pid())
                        .isEmpty());
            }
            assertTrue(ProcScan.alive(child.pid()), "the other lives on");
            child.forget();
            ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
            eventually("it is reaped", () -> ProcScan.of(child.pid()).isEmpty());
        }
    }

    @Test
    void childrenOfOthersAreLeftAlone() throws Exception {
        Process others = new ProcessBuilder("sh", "-c", "exit 7").start();
        try (RawChild zombie = RawChild.start("sh", "-c", "exit 5");
                RawChild quick = RawChild.start("true")) {
            zombie.awaitExit();
            quick.forget();
            LateReaper.take(quick.pid());
            eventually("its own is reaped", () -> ProcScan.of(quick.pid()).isEmpty());
            assertEquals(5, zombie.reap());
        }
        assertEquals(7, others.waitFor());
    }

    /** Other code in this JVM may have waited for all children, as waitpid(-1) does. */
    @Test
    void aChildThatIsGoneAlreadyDoesNotKeepIt() throws Exception {
        try (RawChild child = RawChild.start("true")) {
            child.reap();
            LateReaper.take(child.pid());
        }
    }
}
