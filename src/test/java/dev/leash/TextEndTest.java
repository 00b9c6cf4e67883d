package dev.leash;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TextEndTest {
    @Test
    void endIsNotCutWithinACharacter() {
        for (String unit : List.of("😀", "漢", "ż", "x", "a😀", "漢x")) {
            for (int count = 1; count < 120; count++) {
                byte[] bytes = unit.repeat(count).getBytes(StandardCharsets.UTF_8);
                String end = TextEnd.of(bytes, 50);
                assertTrue(end.length() <= 50, end);
                assertFalse(end.contains("\uFFFD"), end);
                assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(end), end);
                assertTrue(unit.repeat(count).endsWith(end.replace("[…] ", "")), end);
            }
        }
    }
}
