package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The status word of wait(2). */
@Timeout(30)
class WaitStatusTest {
    @Test
    void everyExitCodeIsAnExit() {
        for (int code = 0; code < 256; code++) {
            WaitStatus exit = exit(code << 8);
            assertFalse(exit.signaled());
            assertEquals(0, exit.signal());
            assertEquals(code, exit.code());
            assertFalse(exit.coreDumped());
        }
    }

    @Test
    void everySignalIsASignalWithAndWithoutACore() {
        for (int signal = 1; signal <= 64; signal++) {
            assertTrue(exit(signal).signaled());
            assertEquals(signal, exit(signal).signal());
            assertFalse(exit(signal).coreDumped());
            assertTrue(exit(signal | 0x80).signaled());
            assertEquals(signal, exit(signal | 0x80).signal());
            assertTrue(exit(signal | 0x80).coreDumped());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 137, 143, 255})
    void anExitCodeThatLooksLikeASignalIsNone(int code) {
        assertFalse(exit(code << 8).signaled());
        assertEquals(code, exit(code << 8).code());
    }

    private static WaitStatus exit(int waitStatus) {
        return new WaitStatus(waitStatus, 0, 0, 0, 0, 0, 0, 0, 0);
    }
}
