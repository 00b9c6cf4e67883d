package dev.leash.internal.events;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lines of the library in a log that is slow, or throws. */
@Timeout(60)
class LogTest {
    private static final Logger LOGGER = Logger.getLogger("dev.leash");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            lines.add(line.getMessage());
            if (line.getMessage().equals("bad")) {
                throw new IllegalStateException("a handler that throws");
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void open() {
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void close() {
        release.countDown();
        eventually("all is logged", () -> threads() == 0);
        LOGGER.setUseParentHandlers(true);
        LOGGER.removeHandler(handler);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("leash-log"))
                .count();
    }

    @Test
    void linesAreInTheirOrderAndTakeOneThread() {
        List<String> all = IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        all.forEach(Log::warning);
        assertTrue(threads() <= 1, () -> threads() + " threads");
        release.countDown();
        eventually("all is logged", () -> lines.size() == all.size());
        assertEquals(all, lines);
    }

    @Test
    void lineThatCannotBeLoggedIsFollowedByOthers() {
        Log.warning("bad");
        Log.warning("good");
        release.countDown();
        eventually("both", () -> lines.equals(List.of("bad", "good")));
    }

    @Test
    void logThatTakesNothingDoesNotFillTheMemory() {
        for (int i = 0; i < Log.MOST_WAITING + 1_000; i++) {
            Log.warning(Integer.toString(i));
        }
        release.countDown();
        eventually("what has waited is logged", () -> threads() == 0);
        assertEquals(Log.MOST_WAITING, lines.size());
        assertEquals((Log.MOST_WAITING - 1) + " (and more that is not logged)", lines.getLast());
        Log.warning("later");
        eventually("it goes on", () -> lines.getLast().equals("later"));
    }
}
