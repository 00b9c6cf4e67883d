package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EnvironmentBlockTest {
    /** Nothing in this JVM calls setenv(3), so the kernel still shows the same. */
    @Test
    void theBlockIsWhatTheKernelPassed() throws Exception {
        String kernel = Files.readString(Path.of("/proc/self/environ"), StandardCharsets.ISO_8859_1);
        List<String> own = new ArrayList<>();
        for (byte[] entry : EnvironmentBlock.own()) {
            own.add(new String(entry, StandardCharsets.ISO_8859_1));
        }
        assertTrue(own.size() > 0);
        assertEquals(kernel, String.join("\0", own) + "\0");
    }
}
