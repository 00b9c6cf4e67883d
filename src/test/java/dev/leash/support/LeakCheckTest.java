package dev.leash.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The judge is judged: a check that finds nothing proves nothing unless it finds what is there. */
@Timeout(60)
class LeakCheckTest {
    @Test
    void descriptorThatStaysOpenIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("left-open"));
        LeakCheck.Baseline before = LeakCheck.now();
        try (FileInputStream open = new FileInputStream(file.toFile())) {
            assertTrue(leaked(before).contains("left-open"));
            assertEquals(-1, open.read());
        }
        before.assertNothingLeaked();
    }

    @Test
    void childThatLivesOnIsNamed() throws Exception {
        LeakCheck.Baseline before = LeakCheck.now();
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            assertTrue(leaked(before).contains("child " + process.pid()));
        } finally {
            process.destroyForcibly();
            process.getOutputStream().close();
        }
        before.assertNothingLeaked();
    }

    @Test
    void threadThatLivesOnIsNamed() throws Exception {
        LeakCheck.Baseline before = LeakCheck.now();
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform()
                .name("leash-test")
                .start(() -> Eventually.eventually("the end", () -> {
                    end.await();
                    return true;
                }));
        assertTrue(leaked(before).contains("thread leash-test"));
        end.countDown();
        thread.join();
        before.assertNothingLeaked();
    }

    @Test
    void markerFindsTheProcessThatWasGivenIt() throws Exception {
        String marker = ProcScan.newMarker();
        assertTrue(ProcScan.withMarker(marker).isEmpty());
        ProcessBuilder builder = new ProcessBuilder("sleep", "60");
        builder.environment().put(ProcScan.MARKER_VARIABLE, marker);
        Process process = builder.start();
        try {
            Eventually.eventually("it is found", () -> ProcScan.withMarker(marker).stream()
                    .anyMatch(found -> found.pid() == process.pid()));
            assertTrue(ProcScan.alive(process.pid()));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertFalse(ProcScan.alive(process.pid()));
        assertTrue(ProcScan.withMarker(marker).isEmpty());
    }

    private static String leaked(LeakCheck.Baseline before) {
        return String.join(", ", before.leaked());
    }
}
