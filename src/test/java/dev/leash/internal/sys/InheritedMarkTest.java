package dev.leash.internal.sys;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mark that children inherit: another than that of this JVM, which a start of the test before may still set. */
@Timeout(60)
class InheritedMarkTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 20_000;

    private final InheritedMark mark = new InheritedMark(true);

    @BeforeEach
    void thereIsOne() {
        assumeTrue(mark.number() != InheritedMark.NONE, "the hard limit RLIMIT_RSS leaves no room for a mark");
    }

    /** The soft limit as /proc/PID/stat shows it. */
    private static String limit(String process) throws IOException {
        String stat = Files.readString(Path.of("/proc", process, "stat"), StandardCharsets.ISO_8859_1);
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[22];
    }

    /** The limit of this JVM without the mark. */
    private String without() {
        AtomicReference<String> limit = new AtomicReference<>();
        eventually("it has no mark", () -> {
            limit.set(limit("self"));
            return !limit.get().equals(wanted());
        });
        return limit.get();
    }

    private String wanted() {
        return Long.toString(mark.number());
    }

    @Test
    void childInheritsItAndLosesIt() throws Exception {
        String before = without();
        mark.set();
        Process child = new ProcessBuilder("sleep", "600").start();
        try (CallState state = CallState.open()) {
            mark.clear();
            assertEquals(before, without());
            assertEquals(wanted(), limit(Long.toString(child.pid())));
            mark.clear(state, (int) child.pid());
            assertEquals(before, limit(Long.toString(child.pid())));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void limitThatTheChildHasSetStays() throws Exception {
        mark.set();
        Process child = new ProcessBuilder("prlimit", "--rss=4096000:8192000", "cat").start();
        try (CallState state = CallState.open()) {
            mark.clear();
            child.getOutputStream().write('x');
            child.getOutputStream().flush();
            assertEquals('x', child.getInputStream().read(), "it has its limit by now");
            mark.clear(state, (int) child.pid());
            List<String> limits = Files.readAllLines(Path.of("/proc/" + child.pid() + "/limits"));
            assertTrue(
                    limits.stream().anyMatch(line -> line.matches("Max resident set +4096000 +8192000 .*")),
                    limits::toString);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /** And is gone when the last of them has cleared it. */
    @Test
    void itStaysWhileAnyThreadNeedsIt() throws Exception {
        String before = without();
        int missed = 0;
        mark.set();
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < THREADS; index++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    mark.set();
                    mark.clear();
                }
            }));
        }
        for (int look = 0; look < 1_000; look++) {
            if (!limit("self").equals(wanted())) {
                missed++;
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, missed);
        mark.clear();
        assertEquals(before, without());
    }
}
