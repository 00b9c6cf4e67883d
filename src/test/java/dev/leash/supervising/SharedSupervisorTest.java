package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Jvm;
import dev.leash.forked.Shared;
import dev.leash.support.ProcScan;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The supervisor of those who have none. In a JVM of its own, since it lives as long as that. */
@Timeout(100)
class SharedSupervisorTest {
    @Test
    void itIsMadeWhenItIsFirstWantedAndEndsWithTheJvm(@TempDir Path directory) throws Exception {
        Jvm.Ended ended = Jvm.of(directory, Shared.class).run();
        assertEquals(0, ended.exit(), ended.err());
        List<String> lines = ended.out().lines().toList();
        assertEquals(List.of("threads 0", "hello 0", "threads 1", "same true", "still there"), lines.subList(0, 5));
        long left = Long.parseLong(lines.get(5).substring("left ".length()));
        assertTrue(ProcScan.of(left).isEmpty(), "what still runs ends with the JVM");
    }
}
