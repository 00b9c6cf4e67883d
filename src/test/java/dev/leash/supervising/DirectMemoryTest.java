package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.forked.FullDirectMemory;
import dev.leash.forked.Jvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where direct memory is short, the JDK lets whoever wants some wait for up to half a second. A loop never wants any. */
@Timeout(60)
class DirectMemoryTest {
    @TempDir
    Path temp;

    @Test
    void loopNeverWaitsForDirectMemoryAndNoRunFails() throws Exception {
        Jvm.Ended ended = Jvm.of(temp, FullDirectMemory.class)
                .options("-XX:MaxDirectMemorySize=8m")
                .run();
        assertEquals("nothing waited\n", ended.out(), ended::err);
    }
}
